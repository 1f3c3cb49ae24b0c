using System.Text;
using Renci.SshNet.Messages.Connection;

namespace Playbooks.Connections;

/// <summary>What opens a channel that leads to a TCP port (RFC 4254, section 7.2). The originator is nobody: no listener of ours stands behind it.</summary>
internal sealed class DirectConnect(string host, int port) : ChannelOpenInfo
{
    private static readonly byte[] Originator = "127.0.0.1"u8.ToArray();

    private readonly byte[] _host = Encoding.UTF8.GetBytes(host);

    public override string ChannelType => "direct-tcpip";

    protected override int BufferCapacity => base.BufferCapacity + 4 + _host.Length + 4 + 4 + Originator.Length + 4;

    protected override void SaveData()
    {
        WriteBinaryString(_host);
        Write((uint)port);
        WriteBinaryString(Originator);
        Write(0u);
    }
}
