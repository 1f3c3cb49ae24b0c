using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Playbooks.Loading.Language;
using Playbooks.Model;

namespace Playbooks.Loading.Schemas;

/// <summary>Writes the JSON schemas (draft-07) by which editors complete, explain and check files of the language.</summary>
/// <param name="actions">The actions that they know as kinds of steps.</param>
public sealed class SchemaWriter(IReadOnlyList<ActionDefinition> actions)
{
    /// <summary>The schemas there are.</summary>
    public static IReadOnlyList<string> Names { get; } = ["playbook", "actions", "inventory"];

    /// <summary>On a file or a group: no host's own address.</summary>
    private static KeyGroup SshDefault { get; } = new("ssh_default", InventoryKeys.Ssh.What, InventoryKeys.Ssh.Summary, [.. InventoryKeys.Ssh.Keys.Where(key => key.Name != "host")]);

    public static string FileName(string name) => $"{name}.schema.json";

    public string Write(string name)
    {
        var schema = name switch
        {
            "playbook" => Of(name, "A playbook of play", PlaybookKeys.Playbook, [.. new StepSchemas(actions).Definitions(), .. Groups(PlaybookKeys.Param, PlaybookKeys.Secret, NotifyKeys.Notify, NotifyKeys.Webhook, NotifyKeys.Email, NotifyKeys.Command)]),
            "actions" => Of(name, "Actions of play", PlaybookKeys.ActionFile, [.. new StepSchemas(actions).Definitions(), .. Groups(PlaybookKeys.Action, PlaybookKeys.Param)]),
            _ => Of(name, "An inventory of play", InventoryKeys.Inventory, Groups(InventoryKeys.Group, InventoryKeys.Host, InventoryKeys.Ssh, SshDefault, PlaybookKeys.Secret)),
        };
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) schema.WriteTo(writer);
        return Encoding.UTF8.GetString(memory.ToArray()) + "\n";
    }

    private static JsonObject Of(string name, string title, KeyGroup group, IEnumerable<KeyValuePair<string, JsonNode?>> definitions)
    {
        var schema = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["$id"] = $"https://example.com/play/{FileName(name)}", ["title"] = title };
        foreach (var (key, value) in Group(group).Where(entry => entry.Key != "title").ToList()) schema[key] = value?.DeepClone();
        schema["definitions"] = new JsonObject(definitions);
        return schema;
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Groups(params KeyGroup[] groups) => groups.Select(group => KeyValuePair.Create(group.Name, (JsonNode?)Group(group)));

    private static JsonObject Group(KeyGroup group)
    {
        var map = TypeSchemas.Group(group);
        // A host's other keys are its variables; a parameter and a host may say nothing at all.
        if (group == InventoryKeys.Host) map["additionalProperties"] = true;
        if (group == InventoryKeys.Host || group == PlaybookKeys.Param) map["type"] = new JsonArray("object", "null");
        if (group == InventoryKeys.Inventory || group == InventoryKeys.Group) map["properties"]!["ssh"]!["allOf"] = new JsonArray(TypeSchemas.Ref(SshDefault.Name));
        return map;
    }
}
