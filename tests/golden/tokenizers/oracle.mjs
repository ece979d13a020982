// Writes what the real tokenizers library says, for the C# tests to be compared with:
//   <shape>/tokenizer.json, <shape>/tokenizer_config.json   three small vocabularies, trained here
//   <shape>/golden.json                                     ids of hand-made texts, hashes of ids of random ones, texts of random ids
//   texts.json                                              the hand-made texts, shared by the shapes
// Random texts are made from pools.json by the generator below, which the C# tests have too, so that only hashes are stored.
// Run: npm ci --ignore-scripts && npm run golden
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import tokenizers from 'tokenizers';

const { Tokenizer, byteLevelAlphabet } = tokenizers;
const here = dirname(fileURLToPath(import.meta.url));
const LLAMA = (digits) =>
  `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
const split = (regex) => ({
  type: 'Sequence',
  pretokenizers: [
    { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false },
    { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
  ],
});
const added = (content, special = true, normalized = false, flags = {}) => ({ content, special, normalized, ...flags });

const SHAPES = {
  gpt2: {
    joinedMerges: true,
    preTokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    added: [added('<|endoftext|>')],
    config: { bos_token: '<|endoftext|>', eos_token: '<|endoftext|>' },
  },
  llama3: {
    preTokenizer: split(LLAMA('\\p{N}{1,3}')),
    ignoreMerges: true,
    whole: ['Ġunreachable', 'xyzzy', 'Ġ丂'],
    added: [added('<|begin_of_text|>'), added('<|end_of_text|>'), added('<|eot_id|>'), added('<|end', false), added('<|é|>', false, true)],
    config: { bos_token: '<|begin_of_text|>', eos_token: { content: '<|eot_id|>' } },
  },
  qwen2: {
    preTokenizer: split(LLAMA('\\p{N}')),
    normalizer: { type: 'NFC' },
    added: [added('<|endoftext|>'), added('<|im_start|>'), added('<|im_end|>'), added('<tool_call>', false), added('caf\u0065\u0301', false, true)],
    config: { bos_token: null, eos_token: '<|im_end|>', pad_token: '<|endoftext|>' },
  },
  smollm: {
    preTokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Digits', individual_digits: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    added: [added('<|endoftext|>'), added('<|im_start|>'), added('<|im_end|>')],
    config: { bos_token: '<|im_start|>', eos_token: '<|im_end|>', pad_token: '<|im_end|>' },
  },
  flags: {
    preTokenizer: split(LLAMA('\\p{N}{1,3}')),
    normalizer: { type: 'NFC' },
    added: [
      added('<|endoftext|>'), added('<mask>', true, false, { lstrip: true }), added('<r>', true, false, { rstrip: true }), added('<b>', true, false, { lstrip: true, rstrip: true }),
      added('<w>', false, false, { single_word: true }), added('<wn>', false, true, { single_word: true, lstrip: true }), added('<ln>', false, true, { lstrip: true, rstrip: true }),
      added('word', false, true, { single_word: true }), added('<s p>', false, true, { rstrip: true }), added('caf\u0065\u0301', false, true, { lstrip: true }),
    ],
    config: { bos_token: null, eos_token: '<|endoftext|>' },
  },
};

// One generator for everything random here: mulberry32.
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const LINES = [
  "The film's second half doesn't work, but I'll watch it again; we've seen worse in 1997 and 2024.",
  'for (int i = 0; i < 100; i++) { Console.WriteLine($"{i,3}: {values[i]:F2}"); }',
  'Das Wetter ist schön, aber die Straße nach Köln ist gesperrt. Größe: 12,5 m².',
  'Le café où nous étions allés l\'été dernier n\'existe plus, hélas.',
  'Это короткий текст о фильмах, который никто не читал до конца.',
  '今天的电影很好看,我们明天再去。東京は夜の七時、雨が降っています。',
  '오늘은 영화를 보러 갔습니다. 정말 재미있었어요!',
  'هذا فيلم جميل جدا ولكنه طويل. זה סרט יפה מאוד אבל ארוך.',
  'यह फिल्म बहुत अच्छी है। นี่เป็นภาพยนตร์ที่ดีมาก',
  'emoji: 😀😀 👍🏽 👨‍👩‍👧‍👦 🇩🇪🇫🇷 ❤️ ✨ and math: 𝒜𝓁𝓅𝒽𝒶 𝟙𝟚𝟛 ∑∫√',
];

const HAND = [
  '', ' ', '  ', '\t', '\n', '\r\n', '\r\n\r\n', ' \n', '\n ', ' \n \n x', 'a', ' a', 'a ', ' a ', '  a  b   c    ',
  'Hello, world!', "I'll we've DON'T can'T 'S 'ſ 's'll'Re", "'", "''", "'x", " 's", "rock'n'roll o'clock",
  '1', '12', '123', '1234', '12345678901234567890', ' 12 345', '3.14159 1,000,000 0x1F', '½ Ⅷ ² ①②③ ٣٤٥ 𝟙𝟚𝟛𝟜𝟝 𐄇𐄈',
  'tabs\t\tand\nlines\n\n\nend', 'trailing spaces   ', '   leading', 'a\u00a0b\u00a0\u00a0c', '\u2003em\u2009thin\u200bzero\u3000wide', '\u0085next\u2028line\u2029par', '\u180e\ufeffbom',
  'a\r\nb\rc\n\rd', '!\r\n\r\n!', '...\n\n\n', ' ...\n', '?! \n', '\n\n\n\n  \n x', 'x  \n  y',
  '😀', ' 😀', '😀😀', 'a😀b', '👍🏽', '👨‍👩‍👧‍👦', '🇩🇪🇫🇷', '❤️', '✨!',
  '𐌰𐌱𐌲', ' 𐌰𐌱𐌲', '𝒜𝓁𝓅', "𐌰's", '𠀀𠀁𠀂', '漢字𠀀仮名', '丂', ' 丂', 'ㅎㅏㄴ', '\u1112\u1161\u11ab\u1100\u1173\u11af', '한글', '각',
  'e\u0301', 'é', 'cafe\u0301', 'café', 'caf\u0065\u0301x', 'A\u030a\u0323', 'q\u0323\u0307', '\u0301', ' \u0301', 'a\u0338\u0301', 'ﬁ Å K Ω', '\u0344 \u2126',
  'العَرَبِيَّة', 'עִבְרִית', 'क्षत्रिय', 'நி', 'ที่', 'བོད',
  'x<|endoftext|>y', '<|endoftext|>', '<|endoftext|><|endoftext|>', ' <|im_start|>user\nhi<|im_end|>\n', '<|im_start|', '<|end', '<|end_of_text|><|eot_id|>', '<|en<|end_of_text|>',
  '<|é|>', '<|e\u0301|>', 'x<|é|>y', '<tool_call>{"a": 1}</tool_call>', '<|eot_id|>\u0338',
  ' unreachable', 'unreachable', 'xyzzy', ' xyzzy', 'xyzzyx', '\u0000\u0001\u007f\u0080\u00ad', '\ufffd', '\uffff\u{10ffff}', 'ʼn ǅ ʰ ـ', 'ᏣᎳᎩ ⴰⵣⵓⵍ', 'a_b-c/d\\e@f.g #h $i %j &k *l',
  'The quick brown fox jumps over the lazy dog. '.repeat(20), 'a'.repeat(300), ' '.repeat(100), '\n'.repeat(50), '字'.repeat(70),
];

const { pools: POOLS, tokens: TOKENS } = JSON.parse(readFileSync(join(here, 'pools.json'), 'utf8'));
const PER_HASH = 50;

function randomText(r) {
  // A few pools a text, so that runs of one class come up; in some texts added tokens stand between.
  const pools = Array.from({ length: 1 + Math.floor(r() * 5) }, () => POOLS[Math.floor(r() * POOLS.length)]);
  const withTokens = r() < 0.3;
  let text = '';
  for (let left = 1 + Math.floor(r() * 20); left > 0; left--) {
    if (withTokens && r() < 0.2) { text += TOKENS[Math.floor(r() * TOKENS.length)]; continue; }
    const pool = pools[Math.floor(r() * pools.length)];
    const pick = r();
    text += pool.of ? pool.of[Math.floor(pick * pool.of.length)] : String.fromCodePoint(pool.from + Math.floor(pick * pool.count));
  }
  return text;
}

const sha = (text) => createHash('sha256').update(text).digest('hex').slice(0, 12);
const hashes = (lines) => Array.from({ length: Math.ceil(lines.length / PER_HASH) }, (_, i) => sha(lines.slice(i * PER_HASH, (i + 1) * PER_HASH).join('\n')));

function train(shape, folder) {
  const empty = {
    version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: shape.normalizer ?? null,
    pre_tokenizer: shape.preTokenizer, post_processor: null, decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, vocab: {}, merges: [] },
  };
  const scratch = mkdtempSync(join(tmpdir(), 'golden-'));
  const corpus = join(scratch, 'corpus.txt');
  writeFileSync(corpus, LINES.join('\n').repeat(3));
  const trainee = Tokenizer.fromString(JSON.stringify(empty));
  trainee.train([corpus]);
  trainee.save(join(scratch, 'trained.json'));
  const trained = JSON.parse(readFileSync(join(scratch, 'trained.json'), 'utf8'));
  rmSync(scratch, { recursive: true });

  // The list is greedy, so its beginning is what a smaller run would have given.
  const alphabet = byteLevelAlphabet().sort();
  const merges = trained.model.merges.slice(0, 240);
  const tokens = [...alphabet];
  for (const token of [...merges.map((m) => m.join('')), ...(shape.whole ?? []).map((w) => spell(w))]) {
    if (!tokens.includes(token)) { tokens.push(token); }
  }
  const result = {
    ...empty,
    added_tokens: shape.added.map((a, i) => ({ id: tokens.length + i, content: a.content, single_word: a.single_word ?? false, lstrip: a.lstrip ?? false, rstrip: a.rstrip ?? false, normalized: a.normalized, special: a.special })),
    model: { ...empty.model, ignore_merges: shape.ignoreMerges ?? false, vocab: Object.fromEntries(tokens.map((t, i) => [t, i])), merges: shape.joinedMerges ? merges.map((m) => m.join(' ')) : merges },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(result, null, 1) + '\n');
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(shape.config, null, 2) + '\n');
}

// 'Ġ' in the list above stays; other characters are spelled as their bytes.
function spell(word) {
  const printable = (b) => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  const map = []; let next = 256;
  for (let b = 0; b < 256; b++) { map.push(String.fromCharCode(printable(b) ? b : next++)); }
  return [...word].map((c) => (c === 'Ġ' ? c : [...Buffer.from(c)].map((b) => map[b]).join(''))).join('');
}

const r = random(20260101);
const texts = { hand: HAND, perHash: PER_HASH };
const randomTexts = Array.from({ length: 12000 }, () => randomText(r));
texts.random = hashes(randomTexts.map((text) => text.replaceAll('\n', '\\n')));
const torture = readFileSync(join(here, 'torture.txt'), 'utf8');
writeFileSync(join(here, 'texts.json'), JSON.stringify(texts, null, 0).replaceAll('","', '",\n"') + '\n');
for (const [name, shape] of Object.entries(SHAPES)) {
  const folder = join(here, name);
  train(shape, folder);
  const tokenizer = Tokenizer.fromFile(join(folder, 'tokenizer.json'));
  const ids = async (text) => (await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds();
  const golden = { size: tokenizer.getVocabSize(true), hand: [], random: [], torture: [], decoded: [] };
  for (const text of texts.hand) {
    const encoded = await ids(text);
    golden.hand.push({ ids: encoded, text: await tokenizer.decode(encoded, false), plain: await tokenizer.decode(encoded, true) });
  }
  const lines = [];
  for (const text of randomTexts) { lines.push((await ids(text)).join(',')); }
  golden.random = hashes(lines);
  golden.torture = [sha((await ids(torture)).join(','))];
  for (const line of torture.split('\n')) { golden.torture.push(sha((await ids(line)).join(','))); }
  const d = random(7);
  for (let i = 0; i < 300; i++) {
    const some = Array.from({ length: 1 + Math.floor(d() * 12) }, () => Math.floor(d() * golden.size));
    golden.decoded.push({ ids: some, text: await tokenizer.decode(some, false), plain: await tokenizer.decode(some, true) });
  }
  writeFileSync(join(folder, 'golden.json'), JSON.stringify(golden).replaceAll('},{', '},\n{').replaceAll('],"', '],\n"') + '\n');
}
