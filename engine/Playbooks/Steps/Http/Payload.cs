using System.Text;
using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps.Http;

/// <summary>What a request carries, as the playbook says it.</summary>
internal abstract record Payload(string Type)
{
    /// <exception cref="ExpressionException">A template cannot be filled in.</exception>
    public abstract byte[] Fill(Scope scope);

    public sealed record Text(Setting<string> Value) : Payload("text/plain; charset=utf-8")
    {
        public override byte[] Fill(Scope scope) => Encoding.UTF8.GetBytes(Value.Get(scope));
    }

    public sealed record Form(Setting<IReadOnlyDictionary<string, string>> Value) : Payload("application/x-www-form-urlencoded")
    {
        public override byte[] Fill(Scope scope) =>
            Encoding.ASCII.GetBytes(string.Join('&', Value.Get(scope).Select(field => $"{Escape(field.Key)}={Escape(field.Value)}")));

        private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
    }

    public sealed record Json(DataTemplate Value) : Payload("application/json")
    {
        public override byte[] Fill(Scope scope)
        {
            try
            {
                return Encoding.UTF8.GetBytes(Data.ToJson(Value.Evaluate(scope)));
            }
            catch (MissingValueException missing)
            {
                throw new ExpressionException(Value.At, missing.Message, missing.Mend);
            }
            catch (InvalidOperationException)
            {
                throw new ExpressionException(Value.At, "the value is nested too deep for JSON");
            }
        }
    }
}
