route = {{ host.route }}
{{~ for m in groups.was ~}}
member {{ m.name }}{{ if m.name == host.name }} # myself{{ end }}
{{~ end }}
says "{{ host.says }}"
