using System.Security.Cryptography;
using System.Text;
using Playbooks.Model;

namespace Playbooks.Connections.Receipts;

/// <summary>What a command leaves on its machine, by which it can be asked after it when the link or this program is gone: who it is, and later how it ended.</summary>
/// <param name="Command">Which of the attempt's commands there it is, from 1 on.</param>
public sealed record Receipt(int Command)
{
    /// <summary>It may be there already: it is asked after before the command is sent.</summary>
    public bool IsAsked { get; init; }

    /// <summary>Where the link is lost the command is asked after and waited for.</summary>
    public bool IsFollowed { get; init; }

    /// <summary>For one that is followed: a copy of what it prints stands beside the receipt.</summary>
    public bool KeepsOutput { get; init; } = true;

    /// <summary>Its name in the folder of its run. An attempt may be at several places, and two of them may be one machine, or share a home.</summary>
    internal static string Name(Claim claim, Host host, string command) => $"{claim.Number}.{command}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(host.Name)))[..8]}";
}
