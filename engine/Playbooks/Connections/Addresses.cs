using System.Net;
using System.Net.Sockets;

namespace Playbooks.Connections;

/// <summary>The addresses of a name that ssh's AddressFamily allows.</summary>
internal static class Addresses
{
    /// <summary>
    /// What the library shall connect to: the name itself, whose addresses it tries one after the other; with an AddressFamily the
    /// first address of that family.
    /// </summary>
    public static async Task<string> Of(ConnectTarget target, CancellationToken cancel)
    {
        if (target.Config.AddressFamily is not { } said || IPAddress.TryParse(target.Address, out _)) return target.Address;
        try
        {
            return (await Dns.GetHostAddressesAsync(target.Address, said == "inet" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, cancel))[0].ToString();
        }
        catch (SocketException e)
        {
            throw ConnectProblems.Socket(target, e);
        }
    }
}
