namespace Orleans.Dpo.Silo.Hosting;

/// <summary>Which parts a process runs.</summary>
internal enum SiloMode
{
    /// <summary>Silo, API, pages and a worker.</summary>
    All,

    /// <summary>Silo, API and pages, no worker.</summary>
    Silo,

    /// <summary>Pages and API as an Orleans client; needs a real cluster.</summary>
    Ui,

    /// <summary>A worker that speaks to a server's API.</summary>
    Worker,
}

/// <summary>The process's options, from the section <c>Silo</c>, environment (<c>Silo__Data</c>) and command line (<c>--data DIR</c>). A value is refused, never adjusted.</summary>
internal sealed record SiloOptions
{
    public const string SectionName = "Silo";

    private static readonly Dictionary<string, string> s_switches = new()
    {
        ["--mode"] = "Silo:Mode",
        ["--data"] = "Silo:Data",
        ["--azure"] = "Silo:Azure",
        ["--url"] = "Silo:Url",
        ["--bootstrap-key"] = "Silo:BootstrapKey",
        ["--trainer"] = "Silo:Trainer",
        ["--server"] = "Silo:Server",
        ["--key-file"] = "Silo:KeyFile",
        ["--work"] = "Silo:Work",
        ["--threads"] = "Silo:Threads",
        ["--lifeline"] = "Silo:Lifeline",
    };

    /// <summary>Parts to run; default all.</summary>
    public SiloMode Mode { get; init; }

    /// <summary>Data folder; default <c>data</c> in the current folder. Keys of the cookies stay here with Azure, too.</summary>
    public string Data { get; init; } = "data";

    /// <summary>Azure Blob Storage connection string, or null for files in <see cref="Data"/>.</summary>
    public string? Azure { get; init; }

    /// <summary>Address to listen on; default http://127.0.0.1:5080. Port 0 takes a free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:5080";

    /// <summary>File to write an administrator's API key to, mode 0600, or null.</summary>
    public string? BootstrapKey { get; init; }

    /// <summary>The trainer's executable or dll, or null to look beside the host.</summary>
    public string? Trainer { get; init; }

    /// <summary>Worker mode: the server's address.</summary>
    public string? Server { get; init; }

    /// <summary>Worker mode: file that holds the worker's API key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Worker's folder for attempts and downloaded inputs; default <c>_worker</c> in the data folder.</summary>
    public string? Work { get; init; }

    /// <summary>Threads of a job that names none; 0 leaves the choice to the trainer (cores less one).</summary>
    public int Threads { get; init; }

    /// <summary><c>stdin</c>: end when standard input closes. Null: run until told to stop.</summary>
    public string? Lifeline { get; init; }

    /// <summary>Why these options cannot be used, in one sentence.</summary>
    public string? Refusal { get; init; }

    /// <summary>Arguments that other readers (logging, Kestrel) may use.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Reads settings file, environment and arguments, later ones win. The verbs <c>serve</c> and <c>worker</c> of ./dpo may come first.</summary>
    public static SiloOptions Read(string[] args)
    {
        if (args is ["serve" or "worker", ..])
        {
            return Read(args[0] == "worker" ? ["--mode", "worker", .. args[1..]] : args[1..]);
        }

        var unknown = args.Where((a, i) => i % 2 == 0 && !s_switches.ContainsKey(a.Split('=')[0]) && !a.StartsWith("--Silo:", StringComparison.OrdinalIgnoreCase)
            && !a.StartsWith("--Logging:", StringComparison.OrdinalIgnoreCase) && !a.Contains('=', StringComparison.Ordinal)).FirstOrDefault();
        if (unknown is not null)
        {
            return new() { Refusal = $"Unknown option '{unknown}'. Known are {string.Join(", ", s_switches.Keys)}." };
        }

        var section = new ConfigurationBuilder()
            .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine(args, s_switches)
            .Build()
            .GetSection(SectionName);
        var word = section["Mode"] ?? "all";
        if (!Enum.TryParse<SiloMode>(word, ignoreCase: true, out var mode) || int.TryParse(word, out _))
        {
            return new() { Refusal = $"'{word}' is not a mode; use all, silo, ui or worker (--mode)." };
        }

        var threads = 0;
        if (section["Threads"] is { } text && (!int.TryParse(text, out threads) || threads is < 0 or > 1024))
        {
            return new() { Refusal = $"'{text}' is not a number of threads from 0 to 1024 (--threads)." };
        }

        var defaults = new SiloOptions();
        return (defaults with
        {
            Mode = mode,
            Data = Path.GetFullPath(section["Data"] ?? defaults.Data),
            Azure = section["Azure"],
            Url = section["Url"] ?? defaults.Url,
            BootstrapKey = section["BootstrapKey"],
            Trainer = section["Trainer"],
            Server = section["Server"],
            KeyFile = section["KeyFile"],
            Work = section["Work"],
            Threads = threads,
            Lifeline = section["Lifeline"],
            Arguments = args,
        }).Check();
    }

    private SiloOptions Check()
    {
        if (Mode is SiloMode.Ui)
        {
            return this with
            {
                Refusal = PackageSources.IsStandIn(PackageSources.Orleans)
                    ? "Mode ui is a client of a cluster and needs the real Orleans packages (./dpo setup --packages nuget); the stand-in is one process: use mode all or silo."
                    : "Mode ui is not offered yet: run mode silo and put a load balancer before it.",
            };
        }

        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            return this with { Refusal = $"'{Url}' is not an http address to listen on (--url)." };
        }

        if (Lifeline is not (null or Hosting.Lifeline.StandardInput))
        {
            return this with { Refusal = $"'{Lifeline}' is no lifeline; the only one is {Hosting.Lifeline.StandardInput} (--lifeline)." };
        }

        if (Mode is SiloMode.Worker && (Server is null || KeyFile is null))
        {
            return this with { Refusal = "A worker needs --server URL and --key-file FILE." };
        }

        return this;
    }
}
