<Server port="{{ host.prot }}">
{{~ for member in groups.wsa ~}}
  <Member name="{{ member.name }}" address="{{ adress }}"/>
{{~ end }}
{{ n = 1 }}{{ n }} {{ for.index }} {{ steps.open.status }} {{ default(nothing, 1) }} {{ item }} {{ app }}
