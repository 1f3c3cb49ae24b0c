using System.Diagnostics;
using System.Text.Json.Nodes;
using Playbooks.Loading.Language;
using Playbooks.Model;

namespace Playbooks.Loading.Schemas;

/// <summary>What JSON Schema says of a value: made of the words that <see cref="Key.Type"/> knows. As few choices between schemas as can be: editors tell badly what is wrong in one.</summary>
internal static class TypeSchemas
{
    private const string Filled = @"\{\{";

    /// <summary>A key with all that is known of it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="steps">The definition of the steps that may stand in it.</param>
    public static JsonObject Of(Key key, string steps = "step")
    {
        var schema = key.Choices.Count > 0 ? Choice(key) : key.Range is { } range ? Whole(range) : Of(key.Type, key.IsFixed, steps);
        if (key.Name is "steps" or "block" or "parallel") schema["minItems"] = 1;
        // One choice may stand alone, and variables may all be commented out.
        if (key is { Name: "choices", Type: "list" }) schema["type"] = new JsonArray("array", "string", "number", "boolean");
        if (key is { Name: "vars", Type: "map" }) schema["type"] = new JsonArray([.. schema["type"] is JsonArray several ? several.Select(type => type!.DeepClone()) : ["object"], "null"]);
        // A `default` of JSON Schema would be written out by editors that complete a map around it.
        return Describe(schema, key.Default is null ? key.Summary : $"{key.Summary} Unless said: `{key.Default}`.");
    }

    public static JsonObject Of(string type, bool isFixed, string steps = "step") => type switch
    {
        "any" => [],
        "text" or "expression" => Types("string", "number", "boolean"),
        "texts" or "expressions" => Many("string", "number", "boolean"),
        "words" => Many("string", "number", "boolean"),
        "values" => With(Types("array", "string"), "items", new JsonObject()),
        "number" => OrFilled(isFixed, "number"),
        "boolean" => OrFilled(isFixed, "boolean"),
        "list" => OrFilled(isFixed, "array"),
        "map" => OrFilled(isFixed, "object"),
        "user" => Types("boolean", "string"),
        "pattern" => Types("string", "number"),
        "duration" => Literal(isFixed, @"^([0-9.]+(d|h|m|s|ms))+$", "a duration such as 250ms, 10s or 1h30m"),
        "size" => Literal(isFixed, @"^[0-9.]+(B|[KMGT]i?B)$", "a size such as 64KB or 10MB"),
        "percentage" => Literal(isFixed, @"^[0-9.]+%$", "a percentage such as 1% or 0.5%"),
        "batches" => With(With(Types("integer", "string", "array"), "pattern", @"^[0-9]+%?$|" + Filled), "items", Types("integer", "string")),
        "order" => Any(Enum(["inventory", "reverse", "shuffle"]), With(Types("array"), "items", Of("text", true)), Template()),
        "steps" => With(Types("array"), "items", Ref(steps)),
        "action steps" => With(Types("array"), "items", Ref("action_step")),
        "undo" => Any(Ref("undo_step"), With(Types("array"), "items", Ref("undo_step"))),
        "probes" => With(Types("array"), "items", Ref("probe")),
        "host map" => With(With(Types("object", "array", "null"), "additionalProperties", Ref("host")), "items", Types("string", "number")),
        _ when type.Split(' ') is [var group, "map"] => With(Types("object"), "additionalProperties", Ref(group)),
        _ when type.Split(' ') is [var group, "list"] => Any(Ref(group), With(Types("array"), "items", Ref(group))),
        _ when Vocabulary.Groups.Any(group => group.Name == type) => Ref(type),
        _ => throw new UnreachableException(type),
    };

    /// <summary>The map of those keys.</summary>
    public static JsonObject Map(string title, string summary, IReadOnlyList<Key> keys, string steps = "step")
    {
        var map = Describe(new JsonObject { ["title"] = title, ["type"] = "object", ["additionalProperties"] = false }, summary);
        if (keys.Where(key => key.Required).Select(key => JsonValue.Create(key.Name)).ToArray() is { Length: > 0 } required) map["required"] = new JsonArray([.. required]);
        map["properties"] = new JsonObject(keys.Select(key => KeyValuePair.Create(key.Name, (JsonNode?)Of(key, steps))));
        return map;
    }

    public static JsonObject Group(KeyGroup group)
    {
        var map = Map(group.What, group.Summary, group.Keys);
        if (group.Bare is { } bare) Also(map, Of(bare, isFixed: false));
        return map;
    }

    /// <summary>The map may be written as that, too: what a schema says of maps does not touch other values.</summary>
    public static void Also(JsonObject map, JsonObject bare)
    {
        var types = bare["type"] is JsonArray several ? several.Select(type => type!.DeepClone()) : [bare["type"]!.DeepClone()];
        map["type"] = new JsonArray(["object", .. types]);
        foreach (var (name, value) in bare.Where(entry => entry.Key != "type")) map[name] = value?.DeepClone();
    }

    /// <summary>Editors show a text with backquotes well only where they are told that it has some.</summary>
    public static JsonObject Describe(JsonObject schema, string text)
    {
        // Beside a `$ref` nothing counts in this draft.
        if (schema["$ref"] is not null)
        {
            var inside = schema.DeepClone();
            schema.Remove("$ref");
            schema["allOf"] = new JsonArray(inside);
        }
        schema["description"] = text.Replace("`", "", StringComparison.Ordinal);
        if (text.Contains('`', StringComparison.Ordinal)) schema["markdownDescription"] = text;
        return schema;
    }

    public static JsonObject Ref(string name) => new() { ["$ref"] = $"#/definitions/{name}" };

    private static JsonObject Choice(Key key)
    {
        var words = Enum(key.Choices);
        if (key.Type == "texts") return Any(words, With(Types("array"), "items", words.DeepClone()));
        return key.IsFixed ? words : Any(words, Template());
    }

    private static JsonObject Enum(IEnumerable<string> words) => new() { ["enum"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]) };

    private static JsonObject Template() => new() { ["type"] = "string", ["pattern"] = Filled };

    private static JsonObject Any(params JsonNode[] schemas) => new() { ["anyOf"] = new JsonArray(schemas) };

    private static JsonObject Types(params string[] types) => new() { ["type"] = types is [var only] ? only : new JsonArray([.. types.Select(type => JsonValue.Create(type))]) };

    private static JsonObject Many(params string[] types) => With(Types([.. types, "array"]), "items", Types(types));

    private static JsonObject With(JsonObject schema, string name, JsonNode value)
    {
        schema[name] = value;
        return schema;
    }

    private static JsonObject OrFilled(bool isFixed, string type) =>
        isFixed ? Types(type) : With(With(Types(type, "string"), "pattern", Filled), "patternErrorMessage", $"This must be {(type is "array" ? "a list" : type is "object" ? "a map" : $"a {type}")}, or a template that gives one.");

    private static JsonObject Whole((int From, int To) range) =>
        With(With(With(With(Types("integer", "string"), "minimum", range.From), "maximum", range.To), "pattern", Filled), "patternErrorMessage", $"This must be a whole number from {range.From} to {range.To}.");

    private static JsonObject Literal(bool isFixed, string pattern, string what) =>
        With(With(Types("string"), "pattern", isFixed ? pattern : $"{pattern}|{Filled}"), "patternErrorMessage", $"This must be {what}.");
}
