using static TorchSharp.torch;

namespace TorchSharp.Modules;

public sealed partial class AdamW
{
    // Little-endian: 'ADMW', version 1, groups; for each its options, parameters, and for each of those step, flag, moments as (type, bytes).
    private const uint Magic = 0x574D4441;
    private const int Version = 1;

    /// <summary>Writes options and state. The format is this stand-in's own; the real library cannot read it.</summary>
    public void save_state_dict(string path)
    {
        using var writer = new BinaryWriter(File.Create(path));
        save_state_dict(writer);
    }

    /// <summary>Writes options and state. The format is this stand-in's own; the real library cannot read it.</summary>
    public void save_state_dict(BinaryWriter writer)
    {
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(_groups.Count);
        foreach (var group in _groups)
        {
            foreach (var number in Numbers(group.Options))
            {
                writer.Write(number);
            }

            var parameters = group.Parameters.ToArray();
            writer.Write(parameters.Length);
            foreach (var parameter in parameters)
            {
                var state = _state[parameter.Handle];
                writer.Write(state.step);
                writer.Write(state.max_exp_avg_sq is not null);
                foreach (var moment in Moments(state))
                {
                    writer.Write((sbyte)moment.dtype);
                    writer.Write(moment.NumberOfElements);
                    writer.Flush();
                    moment.WriteBytesToStream(writer.BaseStream);
                }
            }
        }
    }

    /// <summary>Reads options and state of an optimizer with the same groups and parameters.</summary>
    public void load_state_dict(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        load_state_dict(reader);
    }

    /// <summary>Reads options and state of an optimizer with the same groups and parameters.</summary>
    /// <exception cref="InvalidDataException">It is not such a state; the optimizer may then be half loaded.</exception>
    public void load_state_dict(BinaryReader reader)
    {
        Expect(reader.ReadUInt32() == Magic && reader.ReadInt32() == Version, "This is not the state of an AdamW.");
        Expect(reader.ReadInt32() == _groups.Count, "The state has another number of groups.");
        foreach (var group in _groups)
        {
            var numbers = new double[8];
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = reader.ReadDouble();
            }

            Restore(group.Options, numbers);
            var parameters = group.Parameters.ToArray();
            Expect(reader.ReadInt32() == parameters.Length, "The state has another number of parameters.");
            foreach (var parameter in parameters)
            {
                var state = _state[parameter.Handle];
                state.step = reader.ReadInt64();
                Expect(reader.ReadBoolean() == state.max_exp_avg_sq is not null, "The state differs in amsgrad.");
                foreach (var moment in Moments(state))
                {
                    Expect((ScalarType)reader.ReadSByte() == moment.dtype && reader.ReadInt64() == moment.NumberOfElements, "A moment has another type or size.");
                    using var read = empty(moment.shape, moment.dtype).DetachFromDisposeScope();
                    read.ReadBytesFromStream(reader.BaseStream);
                    moment.copy_(read);
                }
            }
        }
    }

    private static IEnumerable<Tensor> Moments(State state) =>
        state.max_exp_avg_sq is { } greatest ? [state.exp_avg, state.exp_avg_sq, greatest] : [state.exp_avg, state.exp_avg_sq];

    private static double[] Numbers(Options o) =>
    [
        o.LearningRate!.Value, o.InitialLearningRate!.Value, o.beta1!.Value, o.beta2!.Value, o.eps!.Value, o.weight_decay!.Value,
        o.amsgrad is true ? 1 : 0, o.maximize is true ? 1 : 0,
    ];

    private static void Restore(Options o, double[] numbers)
    {
        (o.LearningRate, o.InitialLearningRate, o.beta1, o.beta2) = (numbers[0], numbers[1], numbers[2], numbers[3]);
        (o.eps, o.weight_decay, o.amsgrad, o.maximize) = (numbers[4], numbers[5], numbers[6] != 0, numbers[7] != 0);
    }

    private static void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }
}
