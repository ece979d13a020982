// Trains the demo policy's tokenizer: byte-level BPE with GPT-2's expression, merged until no merge is left, so that every word is one token.
// Run (README.md beside this file has all steps): node tokenizer.mjs TEXTS.jsonl
// Writes ../tokenizer.json, tokenizer_config.json, special_tokens_map.json, generation_config.json and config.json.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import tokenizers from 'tokenizers';

const VOCABULARY = 1232;            // a multiple of 16; what training leaves free is reserved
const END = '<|endoftext|>';
const PAD = '<|pad|>';
const { Tokenizer, byteLevelAlphabet } = tokenizers;
const folder = join(dirname(fileURLToPath(import.meta.url)), '..');
const texts = readFileSync(process.argv[2], 'utf8').trim().split('\n').map((line) => JSON.parse(line).text);

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
const empty = {
  version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null,
  pre_tokenizer: byteLevel, post_processor: null, decoder: byteLevel,
  model: {
    type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null,
    fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab: {}, merges: [],
  },
};

const scratch = mkdtempSync(join(tmpdir(), 'tokenizer-'));
writeFileSync(join(scratch, 'texts.txt'), texts.join('\n'));
const trainee = Tokenizer.fromString(JSON.stringify(empty));
trainee.train([join(scratch, 'texts.txt')]);
trainee.save(join(scratch, 'trained.json'));
const { merges } = JSON.parse(readFileSync(join(scratch, 'trained.json'), 'utf8')).model;
rmSync(scratch, { recursive: true });

// Ids: 256 bytes, merge results in order, reserved entries, pad, end.
const tokens = [...byteLevelAlphabet().sort(), ...merges.map((pair) => pair.join(''))];
if (new Set(tokens).size !== tokens.length || tokens.length > VOCABULARY - 2) {
  throw new Error(`${merges.length} merges do not fit a vocabulary of ${VOCABULARY}.`);
}
const added = [];
for (let id = tokens.length; id < VOCABULARY; id++) {
  const content = id === VOCABULARY - 1 ? END : id === VOCABULARY - 2 ? PAD : `<|reserved_${id - tokens.length}|>`;
  added.push({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true });
}
const [pad, end] = [VOCABULARY - 2, VOCABULARY - 1];
const write = (name, value) => writeFileSync(join(folder, name), JSON.stringify(value, null, 2) + '\n');

write('tokenizer.json', {
  ...empty, added_tokens: added,
  model: { ...empty.model, vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges: merges.map((pair) => pair.join(' ')) },
});
write('tokenizer_config.json', {
  tokenizer_class: 'PreTrainedTokenizerFast', model_max_length: 128, clean_up_tokenization_spaces: false,
  add_bos_token: true, bos_token: END, eos_token: END, pad_token: PAD,
});
write('special_tokens_map.json', { bos_token: END, eos_token: END, pad_token: PAD });
write('generation_config.json', { bos_token_id: end, eos_token_id: end, pad_token_id: pad, do_sample: true, temperature: 1.0, top_p: 0.95, max_new_tokens: 56 });
write('config.json', {
  architectures: ['LlamaForCausalLM'], model_type: 'llama', vocab_size: VOCABULARY, hidden_size: 192, intermediate_size: 512,
  num_hidden_layers: 4, num_attention_heads: 6, num_key_value_heads: 3, head_dim: 32, hidden_act: 'silu', max_position_embeddings: 128,
  rms_norm_eps: 1e-5, rope_theta: 10000.0, rope_scaling: null, attention_bias: false, attention_dropout: 0.0, mlp_bias: false,
  initializer_range: 0.02, tie_word_embeddings: true, use_cache: true, bos_token_id: end, eos_token_id: end, pad_token_id: pad, torch_dtype: 'float32',
});

const tokenizer = Tokenizer.fromFile(join(folder, 'tokenizer.json'));
let total = 0;
for (const text of texts) {
  total += (await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds().length + 1;
}
console.log(`${merges.length} merges, ${added.length - 2} reserved entries, ${(total / texts.length).toFixed(1)} tokens a text with the end token`);
