// The outbox keeps every judgment in IndexedDB until the server says it is durable. It survives reload, network loss and a restarted server.
import { call, Problem } from './api.js';

/** @param {IDBRequest} request @returns {Promise<any>} */
const done = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

export class Outbox {
  /** @param {IDBDatabase} database */
  constructor(database) {
    this.database = database;
  }

  /** Opens the outbox of one annotator in one project. @param {string} name @returns {Promise<Outbox>} */
  static async open(name) {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore('judgments', { autoIncrement: true });
    return new Outbox(await done(request));
  }

  /** Adds a judgment behind the others; resolved when it is stored on this machine. @param {object} judgment */
  add(judgment) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction('judgments', 'readwrite', { durability: 'strict' });
      transaction.objectStore('judgments').add(judgment);
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /** The oldest judgments. @param {number} count @returns {Promise<{key: number, judgment: object}[]>} */
  async peek(count) {
    const store = this.database.transaction('judgments').objectStore('judgments');
    const [keys, values] = await Promise.all([done(store.getAllKeys(null, count)), done(store.getAll(null, count))]);
    return keys.map((key, i) => ({ key, judgment: values[i] }));
  }

  /** Forgets judgments that the server has answered for good. @param {number[]} keys */
  remove(keys) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction('judgments', 'readwrite');
      for (const key of keys) { transaction.objectStore('judgments').delete(key); }
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error);
    });
  }

  /** @returns {Promise<number>} how many are held */
  count() {
    return done(this.database.transaction('judgments').objectStore('judgments').count());
  }
}

/**
 * Sends what the outbox holds, oldest first, one request in flight over all tabs (the server promises no order between requests).
 * @param {Outbox} outbox
 * @param {(judgments: object[]) => Promise<{id: string, status: string}[]>} post throws on network loss or a 5xx: the judgments stay
 * @param {(refused: {id: string, code: string, detail: string}) => void} onRefused told of judgments that are refused for good
 * @returns {Promise<number>} how many are still held
 */
export function drain(outbox, post, onRefused) {
  return navigator.locks.request('odpo-outbox', async () => {
    for (let batch = await outbox.peek(50); batch.length > 0; batch = await outbox.peek(50)) {
      const results = await post(batch.map(entry => entry.judgment));
      const answered = new Map(results.map(result => [result.id, result]));
      const settled = [];
      for (const { key, judgment } of batch) {
        const result = answered.get(judgment.id);
        if (!result || result.status === 'outcome-unknown') { break; }   // order: nothing behind it may overtake
        settled.push(key);
        if (result.status === 'refused') { onRefused(result); }
      }
      await outbox.remove(settled);
      if (settled.length < batch.length) { break; }
    }
    return outbox.count();
  });
}

/** Keeps the judgments of a screen and sends them: first into the outbox, one after the other, then to the server, with one sending at a time. */
export class Delivery {
  /**
   * @param {Outbox} outbox @param {string} url where judgments are posted @param {string} thing what the person calls one of them
   * @param {{say: (message: string) => void, showOutbox: (held: number) => void, showConnection: (message: string) => void}} view
   */
  constructor(outbox, url, thing, view) {
    Object.assign(this, { outbox, url, thing, view, pending: Promise.resolve(), sending: null });
  }

  keep(judgment) {
    this.pending = this.pending.then(() => this.outbox.add(judgment)).then(() => this.send());
    this.pending.catch(error => this.view.showConnection(`This browser could not store the ${this.thing} (${error.message}). Do not close the page.`));
  }

  send() {
    this.sending ??= (async () => {
      try {
        const post = judgments => call('POST', this.url, judgments, { keepalive: true });
        this.view.showOutbox(await drain(this.outbox, post, refused => this.view.say(`A ${this.thing} was not taken: ${refused.detail ?? refused.code}`)));
      } catch (error) {
        this.view.showOutbox(await this.outbox.count());
        if (error instanceof Problem && error.status === 401) { this.view.showConnection(`Sign in again: your ${this.thing}s are kept here until then.`); }
      }
    })().finally(() => { this.sending = null; });
    return this.sending;
  }
}
