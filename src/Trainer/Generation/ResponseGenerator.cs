using System.Runtime.InteropServices;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Randomness;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Generation;

/// <summary>Samples responses with a key/value cache. A slot whose sequence ended takes the next one, so ragged ends cost little.</summary>
internal sealed class ResponseGenerator : IDisposable
{
    private readonly CausalDecoder _model;
    private readonly GenerationRequest _request;
    private readonly TokenSampler? _sampler;
    private readonly DeviceSampler? _deviceSampler;
    private readonly Queue<(int Prompt, int Sample)> _waiting;
    private readonly GeneratedSequence[] _done;
    private readonly int _capacity;
    private DecodingSlot?[] _slots;
    private KeyValueCache _cache;

    private ResponseGenerator(CausalDecoder model, GenerationRequest request)
    {
        (_model, _request) = (model, request);
        if (model.Place.type == TorchSharp.DeviceType.CPU)
        {
            _sampler = new TokenSampler(request.Sampling, model.Config.VocabularySize);
        }
        else
        {
            _deviceSampler = new DeviceSampler(request.Sampling, model.Config.VocabularySize, model.Place);
        }

        _done = new GeneratedSequence[request.Prompts.Count * request.SamplesPerPrompt];
        _waiting = new Queue<(int, int)>(
            from prompt in Enumerable.Range(0, request.Prompts.Count).OrderBy(prompt => request.Prompts[prompt].Length).ThenBy(prompt => prompt)
            from sample in Enumerable.Range(0, request.SamplesPerPrompt)
            select (prompt, sample));
        _capacity = request.Prompts.Max(prompt => prompt.Length) + request.Sampling.MaxNewTokens;
        _slots = new DecodingSlot?[Math.Min(request.BatchSize, _waiting.Count)];
        _cache = new KeyValueCache(model, _slots.Length, _capacity);
    }

    /// <summary>Samples all responses, ordered by prompt, then sample.</summary>
    public static GeneratedSequence[] Run(CausalDecoder model, GenerationRequest request, CancellationToken cancellationToken)
    {
        if (request.Prompts.Count == 0)
        {
            return [];
        }

        Check(model, request);
        using var grad = no_grad();
        using var generator = new ResponseGenerator(model, request);
        generator.Decode(cancellationToken);
        return generator._done;
    }

    public void Dispose()
    {
        _cache.Dispose();
        _deviceSampler?.Dispose();
    }

    private static void Check(CausalDecoder model, GenerationRequest request)
    {
        var longest = request.Prompts.Max(prompt => prompt.Length) + request.Sampling.MaxNewTokens;
        if (longest > model.Config.MaxPositions)
        {
            throw TrainerException.BadInput($"Prompt and response may need {longest} positions, the model has {model.Config.MaxPositions}. Lower the number of new tokens or leave out the longest prompts.");
        }
    }

    private void Decode(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var free = _slots.Count(slot => slot is null);
            if (_waiting.Count > 0 && (free == _slots.Length || free >= Math.Max(1, _slots.Length / 4)))
            {
                Refill();
            }
            else if (free == _slots.Length)
            {
                return;
            }
            else
            {
                if (_waiting.Count == 0 && free > 8 && free >= _slots.Length / 2)
                {
                    Compact();
                }

                Advance();
            }
        }
    }

    /// <summary>Runs the prompts of the next sequences, each distinct prompt once, and draws their first tokens.</summary>
    private void Refill()
    {
        int[] free = [.. Enumerable.Range(0, _slots.Length).Where(slot => _slots[slot] is null).Take(_waiting.Count)];
        var prompts = new List<int>();
        var rows = new long[free.Length];
        for (var i = 0; i < free.Length; i++)
        {
            var (prompt, sample) = _waiting.Dequeue();
            _slots[free[i]] = new DecodingSlot(prompt, sample, CounterRandom.From(_request.Seed, prompt, sample));
            if (prompts is not [.., var last] || last != prompt)
            {
                prompts.Add(prompt);
            }

            rows[i] = prompts.Count - 1;
        }

        Draw(PromptStates(prompts, free, rows), free, rows);
    }

    /// <summary>The state that predicts the first response token of each distinct prompt: [prompts, H].</summary>
    private Tensor PromptStates(List<int> prompts, int[] slots, long[] rows)
    {
        var padded = prompts.Max(prompt => _request.Prompts[prompt].Length);
        var ids = new long[prompts.Count * padded];
        var ends = new long[prompts.Count];
        for (var i = 0; i < prompts.Count; i++)
        {
            var prompt = _request.Prompts[prompts[i]];
            for (var t = 0; t < prompt.Length; t++)
            {
                ids[(i * padded) + t] = prompt[t];
            }

            ends[i] = (i * padded) + prompt.Length - 1;
        }

        int[] lengths = [.. slots.Select(slot => _request.Prompts[_slots[slot]!.Prompt].Length)];
        var place = _model.Place;
        var pass = new PromptPass(_cache, tensor(rows, device: place), _cache.PromptRows(slots, lengths, padded));
        var hidden = _model.Hidden(tensor(ids, device: place).reshape(prompts.Count, padded), pass);
        return hidden.index_select(0, tensor(ends, device: place));
    }

    /// <summary>One token more for every sequence.</summary>
    private void Advance()
    {
        var ids = Array.ConvertAll(_slots, slot => slot is null ? 0L : slot.Tokens[^1]);
        _cache.BeginStep();
        var hidden = _model.HiddenNext(tensor(ids, device: _model.Place), _cache);
        _cache.EndStep(Array.ConvertAll(_slots, slot => slot is not null));
        int[] active = [.. Enumerable.Range(0, _slots.Length).Where(slot => _slots[slot] is not null)];
        Draw(hidden, active, Array.ConvertAll(active, slot => (long)slot));
    }

    /// <summary>Draws the next token of some slots.</summary>
    /// <param name="hidden">States [N, H].</param>
    /// <param name="slots">The slots.</param>
    /// <param name="rows">Which state predicts each slot's token.</param>
    private void Draw(Tensor hidden, int[] slots, long[] rows)
    {
        var logits = _model.Logits(hidden);
        if (_deviceSampler is not null)
        {
            var tokens = _deviceSampler.Choose(
                logits.index_select(0, tensor(rows, device: _model.Place)), Array.ConvertAll(slots, slot => _slots[slot]!.Stream));
            for (var i = 0; i < slots.Length; i++)
            {
                Take(slots[i], tokens[i]);
            }

            return;
        }

        var scores = MemoryMarshal.Cast<byte, float>(logits.contiguous().bytes);
        for (var i = 0; i < slots.Length; i++)
        {
            var (random, position) = _slots[slots[i]]!.Stream;
            Take(slots[i], _sampler!.Choose(scores.Slice((int)rows[i] * _model.Config.VocabularySize, _model.Config.VocabularySize), random, position));
        }
    }

    private void Take(int index, SampledToken token)
    {
        var slot = _slots[index]!;
        slot.Add(token);
        var ended = _request.Ends.Contains(token.Id);
        if (ended || slot.Tokens.Count == (_request.Limits?[slot.Prompt] ?? _request.Sampling.MaxNewTokens))
        {
            var sequence = slot.Close(ended);
            _done[(sequence.Prompt * _request.SamplesPerPrompt) + sequence.Sample] = sequence;
            _slots[index] = null;
            _cache.Release(index);
        }
    }

    /// <summary>Moves the remaining sequences into a smaller cache, once nothing waits any more.</summary>
    private void Compact()
    {
        int[] kept = [.. Enumerable.Range(0, _slots.Length).Where(slot => _slots[slot] is not null)];
        var smaller = _cache.Take(_model, kept);
        _cache.Dispose();
        _cache = smaller;
        _slots = Array.ConvertAll(kept, slot => _slots[slot]);
    }
}
