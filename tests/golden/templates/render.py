"""Renders the same templates with Python's Jinja2, set up as transformers does, and compares with rendered.json.

What is in python/ uses more than @huggingface/jinja has; its text is written to rendered-python.json. Run after render.mjs: python3 render.py
"""
import json
import pathlib
from datetime import datetime, timezone

from jinja2 import ext
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(ext.Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        from jinja2 import nodes
        return nodes.Scope(body).set_lineno(line)


def refuse(message):
    raise TemplateError(message)


here = pathlib.Path(__file__).parent
day = datetime(2026, 1, 9, 8, 5, 3, tzinfo=timezone.utc)
environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, ext.loopcontrols])
environment.filters["tojson"] = lambda x, ensure_ascii=False, indent=None, separators=None, sort_keys=False: json.dumps(
    x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)
environment.globals["raise_exception"] = refuse
environment.globals["strftime_now"] = day.strftime
conversations = json.loads((here / "conversations.json").read_text())
rendered = json.loads((here / "rendered.json").read_text())
different = 0
for entry in rendered:
    template = environment.from_string((here / "templates" / entry["template"]).read_text())
    values = {"bos_token": "<s>", "eos_token": "</s>", "tools": None, "documents": None, **conversations[entry["conversation"]], "add_generation_prompt": entry["add"]}
    try:
        text = template.render(**values)
    except (TemplateError, TypeError):
        text = "refused"
    if text != entry["text"]:
        different += 1
        print(entry["template"], entry["conversation"], entry["add"], repr(text), repr(entry["text"]), sep="\n  ")
own = []
for path in sorted((here / "python").glob("*.jinja")):
    text = environment.from_string(path.read_text()).render(bos_token="<s>", **conversations["one"])
    own.append({"template": path.name, "text": text})
(here / "rendered-python.json").write_text(json.dumps(own, ensure_ascii=False, indent=1) + "\n")
print(f"{len(rendered)} rendered, {different} different")
raise SystemExit(different > 0)
