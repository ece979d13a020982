// Renders every template in templates/ for every conversation with @huggingface/jinja and writes rendered.json for the C# tests.
// Run: npm ci --ignore-scripts && npm run golden
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Template } from '@huggingface/jinja';

process.env.TZ = 'UTC';
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) { super(...(given.length ? given : [RealDate.UTC(2026, 0, 9, 8, 5, 3)])); }
};
const conversations = JSON.parse(readFileSync('conversations.json', 'utf8'));
const rendered = [];
for (const template of readdirSync('templates').sort()) {
  const parsed = new Template(readFileSync(`templates/${template}`, 'utf8'));
  for (const [conversation, values] of Object.entries(conversations)) {
    for (const add of [false, true]) {
      let text;
      try {
        text = parsed.render({ bos_token: '<s>', eos_token: '</s>', tools: null, documents: null, ...values, add_generation_prompt: add });
      } catch {
        text = 'refused';
      }
      rendered.push({ template, conversation, add, text });
    }
  }
}
writeFileSync('rendered.json', `[\n${rendered.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`);
console.log(`${rendered.length} texts`);
