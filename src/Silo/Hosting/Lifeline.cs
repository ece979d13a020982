namespace Orleans.Dpo.Silo.Hosting;

/// <summary>Ends the host when its standard input closes (<c>--lifeline stdin</c>): whoever started it and died takes it along.</summary>
internal static class Lifeline
{
    public const string StandardInput = "stdin";

    public static void Follow(Stream input, IHostApplicationLifetime host) =>
        new Thread(() =>
        {
            try
            {
                while (input.ReadByte() >= 0)
                {
                }
            }
            catch (IOException)
            {
                // A broken pipe is an end, too.
            }

            host.StopApplication();
        })
        { IsBackground = true, Name = "lifeline" }.Start();
}
