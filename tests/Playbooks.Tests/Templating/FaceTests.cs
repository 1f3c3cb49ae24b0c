using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Templating;

public sealed class FaceTests
{
    [Fact]
    public void No_type_of_Scriban_is_seen_from_outside()
    {
        var members = typeof(Expression).Assembly.GetExportedTypes().Where(type => type.Namespace!.StartsWith("Playbooks.Templating", StringComparison.Ordinal))
            .SelectMany(type => type.GetMembers().Select(member => $"{type.BaseType} {string.Join(' ', type.GetInterfaces().Select(x => x.FullName))} {member}"));
        Assert.DoesNotContain(members, member => member.Contains("Scriban", StringComparison.Ordinal));
    }
}
