<Server port="{{ host.prot }}">
{{~ for member in groups.wsa ~}}
  <Member name="{{ member.name }}" address="{{ adress }}"/>
{{~ end }}
{% if app == "shop" %}
{{ if app }}{{ else if }}
{{ set x = 1 }} {{ for.index }} {{ steps.open.status }}
