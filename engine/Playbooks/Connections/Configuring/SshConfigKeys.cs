namespace Playbooks.Connections.Configuring;

/// <summary>The keys of ssh_config(5): those that are read, those that change nothing here, and other names of both.</summary>
internal static class SshConfigKeys
{
    /// <summary>Keys that change neither who is reached, nor who logs in, nor how a host proves who it is, by a word of the user's.</summary>
    private static readonly HashSet<string> Harmless =
    [
        .. """
            addkeystoagent batchmode bindaddress bindinterface canonicaldomains canonicalizefallbacklocal canonicalizemaxdots canonicalizepermittedcnames
            casignaturealgorithms channeltimeout checkhostip cipher ciphers clearallforwardings compression compressionlevel connectionattempts controlmaster
            controlpath controlpersist dynamicforward enableescapecommandline enablesshkeysign escapechar exitonforwardfailure fallbacktorsh fingerprinthash
            forkafterauthentication forwardagent forwardx11 forwardx11timeout forwardx11trusted gatewayports globalknownhostsfile2 gssapiauthentication
            gssapiclientidentity gssapidelegatecredentials gssapikexalgorithms gssapikeyexchange gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns
            hostbasedacceptedalgorithms hostbasedauthentication hostbasedkeytypes hostkeyalgorithms ipqos kbdinteractivedevices keepalive kexalgorithms
            localcommand localforward loglevel logverbose macs nohostauthenticationforlocalhost numberofpasswordprompts obscurekeystroketiming permitlocalcommand
            permitremoteopen pkcs11provider protocol proxyusefdpass pubkeyacceptedalgorithms pubkeyacceptedkeytypes rekeylimit remotecommand
            remoteforward requesttty requiredrsasize rhostsrsaauthentication rsaauthentication securitykeyprovider sendenv serveralivecountmax
            serveraliveinterval sessiontype setenv smartcarddevice stdinnull streamlocalbindmask streamlocalbindunlink syslogfacility tag tcpkeepalive
            tunnel tunneldevice updatehostkeys useprivilegedport userknownhostsfile2 useroaming usersh verifyhostkeydns versionaddendum visualhostkey warnweakcrypto xauthlocation
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
    ];

    private static readonly Dictionary<string, string> OtherNames = new()
    {
        ["challengeresponseauthentication"] = "kbdinteractiveauthentication",
        ["skeyauthentication"] = "kbdinteractiveauthentication",
        ["tisauthentication"] = "kbdinteractiveauthentication",
        ["dsaauthentication"] = "pubkeyauthentication",
        ["identityfile2"] = "identityfile",
    };

    public static bool IsHarmless(string key) => Harmless.Contains(key);

    public static string NameOf(string key) => OtherNames.GetValueOrDefault(key, key);
}
