// ULIDs as docs/formats/ids.md has them: 48 bits of Unix milliseconds and 80 random bits, Crockford base 32.

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new ULID. Two made in one millisecond by one page still sort in order, because the random part is raised by one.
 * @returns {string} 26 characters */
export const ulid = (() => {
  let last = { time: 0, random: new Uint8Array(10) };
  return (now = Date.now()) => {
    const random = new Uint8Array(10);
    if (now === last.time) {
      random.set(last.random);
      for (let i = 9; i >= 0; i--) {
        random[i] = (random[i] + 1) & 255;
        if (random[i] !== 0) { break; }
      }
    } else {
      crypto.getRandomValues(random);
    }
    last = { time: now, random };
    let text = '';
    let time = now;
    for (let i = 0; i < 10; i++) {
      text = alphabet[time % 32] + text;
      time = Math.floor(time / 32);
    }
    let bits = 0;
    let held = 0;
    for (const byte of random) {
      held = (held << 8) | byte;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text += alphabet[(held >> bits) & 31];
      }
      held &= (1 << bits) - 1;
    }
    return text;
  };
})();
