using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Silo.Auth;

namespace Orleans.Dpo.Silo.Tests.Auth;

public sealed class HmacKeyTests
{
    [Theory]
    [InlineData("Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    [InlineData("\u000b\u000b\u000b\u000b\u000b\u000b\u000b\u000b\u000b\u000b\u000b\u000b\u000b\u000b\u000b\u000b\u000b\u000b\u000b\u000b", "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")]
    public void Codes_are_those_of_RFC_4231(string key, string message, string code)
    {
        var found = new byte[SHA256.HashSizeInBytes];
        new HmacKey(Encoding.ASCII.GetBytes(key)).Hash(Encoding.ASCII.GetBytes(message), found);
        Assert.Equal(code, Convert.ToHexStringLower(found));
    }

    [Fact]
    public void Codes_of_every_length_are_the_frameworks_own_cut_short()
    {
        var random = new Random(3);
        for (var length = 0; length <= HmacKey.MaxMessage; length++)
        {
            var (key, message, found) = (new byte[1 + (length % 64)], new byte[length], new byte[16]);
            random.NextBytes(key);
            random.NextBytes(message);
            new HmacKey(key).Hash(message, found);
            Assert.Equal(HMACSHA256.HashData(key, message)[..16], found);
        }
    }

    [Fact]
    public void A_longer_key_or_message_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HmacKey(new byte[65]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HmacKey(new byte[32]).Hash(new byte[HmacKey.MaxMessage + 1], new byte[16]));
    }
}
