{{/* Names begin with the release's, which is onrush unless said otherwise. */}}
{{- define "onrush.name" -}}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{- end }}

{{- define "onrush.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}

{{/* Everything of this release; what only one part has is added. */}}
{{- define "onrush.labels" -}}
app.kubernetes.io/name: onrush
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The secret that says where the server is. */}}
{{- define "onrush.secret" -}}
{{ .Values.nats.existingSecret | default (printf "%s-nats" (include "onrush.name" .)) }}
{{- end }}

{{- define "onrush.joinEnv" -}}
- name: ONRUSH_JOIN
  valueFrom:
    secretKeyRef: { name: {{ include "onrush.secret" . }}, key: url }
{{- end }}

{{- define "onrush.resources" -}}
requests: { cpu: {{ .cpu | quote }}, memory: {{ .memory }} }
limits: { cpu: {{ .cpu | quote }}, memory: {{ .memory }} }
{{- end }}

{{/* Nobody in particular, who may write where it says so and nowhere else. */}}
{{- define "onrush.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "onrush.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}
