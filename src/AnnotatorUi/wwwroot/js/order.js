// The order that a person builds of some answers, ties allowed: plain state, no screen.

export class Order {
  /** @param {number} count how many answers */
  constructor(count) {
    this.count = count;
    this.groups = [];        // best first; those of one group are tied
    this.selected = null;
  }

  get unplaced() { return Array.from({ length: this.count }, (_, i) => i).filter(answer => this.placeOf(answer) < 0); }

  get isWhole() { return this.unplaced.length === 0; }

  /** @returns {number} the answer's group, or -1 */
  placeOf(answer) { return this.groups.findIndex(group => group.includes(answer)); }

  /** Puts an answer behind those that are placed, or selects it when it is placed. */
  take(answer) {
    if (answer < 0 || answer >= this.count) { return false; }
    if (this.placeOf(answer) < 0) { this.groups.push([answer]); }
    this.selected = answer;
    return true;
  }

  /** Moves the selected answer one step: out of a tie, or past its neighbour. @param {-1 | 1} by up or down @returns {boolean} whether it moved */
  move(by) {
    const place = this.placeOf(this.selected);
    if (place < 0) { return false; }
    const group = this.groups[place];
    if (group.length > 1) {
      this.groups[place] = group.filter(answer => answer !== this.selected);
      this.groups.splice(by < 0 ? place : place + 1, 0, [this.selected]);
      return true;
    }
    const other = place + by;
    if (other < 0 || other >= this.groups.length) { return false; }
    [this.groups[place], this.groups[other]] = [this.groups[other], this.groups[place]];
    return true;
  }

  /** Ties the selected answer with those before it; a tied one is let go to the place behind. */
  tie() {
    const place = this.placeOf(this.selected);
    if (place < 0) { return false; }
    if (this.groups[place].length > 1) { return this.move(1); }
    if (place === 0) { return false; }
    this.groups[place - 1].push(this.selected);
    this.groups.splice(place, 1);
    return true;
  }

  /** Takes the selected answer out of the order again; the one before it is selected then. */
  drop() {
    const place = this.placeOf(this.selected);
    if (place < 0) { return false; }
    this.#without(this.selected);
    this.selected = this.groups.at(Math.max(0, place - 1))?.at(-1) ?? null;
    return true;
  }

  /** Puts an answer alone before or behind another one's group. @param {boolean} behind */
  put(answer, other, behind) {
    if (answer === other) { return false; }
    this.#without(answer);
    this.groups.splice(this.placeOf(other) + (behind ? 1 : 0), 0, [answer]);
    this.selected = answer;
    return true;
  }

  #without(answer) {
    this.groups = this.groups.map(group => group.filter(one => one !== answer)).filter(group => group.length > 0);
  }
}
