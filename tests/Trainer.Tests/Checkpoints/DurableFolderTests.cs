using Orleans.Dpo.Trainer.Checkpoints;

namespace Orleans.Dpo.Trainer.Tests.Checkpoints;

public sealed class DurableFolderTests
{
    [Fact]
    public void A_replacement_leaves_the_new_folder_alone()
    {
        using var scratch = new ScratchFolder();
        var target = scratch.File("policy");
        DurableFolder.Replace(target, fresh => File.WriteAllText(Path.Combine(fresh, "a"), "1"));
        DurableFolder.Replace(target, fresh => File.WriteAllText(Path.Combine(fresh, "b"), "2"));
        Assert.Equal(["b"], Directory.EnumerateFileSystemEntries(target).Select(Path.GetFileName));
        Assert.Equal(["policy"], Directory.EnumerateFileSystemEntries(scratch.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_failure_while_filling_leaves_the_old_folder()
    {
        using var scratch = new ScratchFolder();
        var target = scratch.File("policy");
        DurableFolder.Replace(target, fresh => File.WriteAllText(Path.Combine(fresh, "a"), "1"));
        Assert.Throws<IOException>(() => DurableFolder.Replace(target, _ => throw new IOException("the disk is full")));
        Assert.Equal("1", File.ReadAllText(Path.Combine(target, "a")));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_crash_between_the_two_renames_is_undone(bool half, bool renamed)
    {
        using var scratch = new ScratchFolder();
        var target = scratch.File("policy");
        scratch.Write(renamed ? "policy.old/a" : "policy/a", "1");
        if (half)
        {
            scratch.Write("policy.new/a", "torn");
        }

        DurableFolder.Recover(target);
        Assert.Equal("1", File.ReadAllText(Path.Combine(target, "a")).Trim());
        Assert.Equal(["policy"], Directory.EnumerateFileSystemEntries(scratch.Path).Select(Path.GetFileName));
    }
}
