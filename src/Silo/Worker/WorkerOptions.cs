namespace Orleans.Dpo.Silo.Worker;

/// <summary>How one worker runs.</summary>
/// <param name="Name">For pages.</param>
/// <param name="Folder">Attempts and the cache of inputs.</param>
/// <param name="Trainer">The child's executable, or a dll that <c>dotnet</c> runs.</param>
/// <param name="IdleWait">Time between two asks for a job when there is none.</param>
/// <param name="Heartbeat">Longest time between heartbeats; the server may ask for a shorter one.</param>
/// <param name="CancelPatience">Time a child has to end after <c>cancel</c> before it is killed.</param>
internal sealed record WorkerOptions(string Name, string Folder, string Trainer, TimeSpan IdleWait, TimeSpan Heartbeat, TimeSpan CancelPatience);
