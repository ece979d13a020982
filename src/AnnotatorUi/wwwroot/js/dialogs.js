// What both screens ask beside a verdict: why something is skipped or reported, a note; and the drawers with the guideline and the keys.

const reasonsFor = {
  skip: ['too-long', 'not-my-subject', 'cannot-verify', 'unclear-guideline'],
  report: ['harmful', 'personal-data', 'impossible-prompt', 'broken-text'],
};

export class Dialogs {
  /** @param {HTMLElement} root @param {string} thing what the person calls what is shown */
  constructor(root, thing) {
    this.thing = thing;
    this.asking = null;
    this.part = name => root.querySelector(`[data-part="${name}"]`);
  }

  /**
   * What keys and buttons of a screen do here.
   * @param {{isShowing: boolean, note: string, pass: (choice: 'skip' | 'report', reasons: string[]) => void}} screen
   * @returns {Record<string, () => void>}
   */
  commands(screen) {
    const because = choice => () => { if (screen.isShowing) { this.ask(choice, reasons => screen.pass(choice, reasons)); } };
    return {
      skip: because('skip'), report: because('report'), note: () => { if (screen.isShowing) { this.askNote(screen.note, note => { screen.note = note; }); } },
      guideline: () => this.toggle('guideline'), help: () => this.toggle('help'), close: () => this.close(),
    };
  }

  /** @param {'skip' | 'report'} kind @param {(reasons: string[]) => void} answer */
  ask(kind, answer) {
    const dialog = this.part('reasons');
    dialog.dataset.kind = kind;
    dialog.querySelector('h2').textContent = `${kind === 'skip' ? 'Skip' : 'Report'} this ${this.thing}`;
    dialog.querySelector('ol').replaceChildren(...reasonsFor[kind].map((reason, i) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = `${i + 1}  ${reason.replaceAll('-', ' ')}`;
      button.addEventListener('click', () => this.choose(reason));
      item.append(button);
      return item;
    }));
    this.part('without').onclick = () => this.choose();
    this.asking = { kind, answer };
    dialog.hidden = false;
  }

  /** @param {string} [reason] */
  choose(reason) {
    const { answer } = this.asking;
    this.close();
    answer(reason ? [reason] : []);
  }

  /** Keys of an open palette: a number chooses, Enter goes on without a reason. @param {KeyboardEvent} event */
  takesKey(event) {
    if (!this.asking || event.repeat || event.isComposing) { return false; }
    const reason = reasonsFor[this.asking.kind][Number(event.key) - 1];
    if (reason || event.key === 'Enter') { this.choose(reason); return true; }
    return event.key !== 'Escape';
  }

  askNote(text, keep) {
    const box = this.part('note');
    box.hidden = false;
    const area = box.querySelector('textarea');
    area.value = text;
    area.focus();
    const done = () => {
      keep(area.value.trim());
      box.hidden = true;
      area.blur();
    };
    this.part('keep').onclick = done;
    area.onkeydown = event => {
      if (event.isComposing || (event.key !== 'Escape' && !(event.key === 'Enter' && (event.ctrlKey || event.metaKey)))) { return; }
      event.stopPropagation();
      event.preventDefault();
      done();
    };
  }

  toggle(name) { this.part(name).hidden = !this.part(name).hidden; }

  close() {
    this.asking = null;
    for (const name of ['reasons', 'help', 'guideline', 'note']) { this.part(name).hidden = true; }
  }
}
