# For secret-files.yaml, on a machine of your own: vault agent -config=vault-agent.hcl
#
# The agent logs in, keeps its token good, and writes a new file in the place of the old one as soon as it knows of a
# new version: of a key-value secret within static_secret_render_interval. On Kubernetes its injector does the same:
# kubernetes-vault. No test has a Vault.
vault {
  address = "https://vault.example.com:8200"
}

auto_auth {
  method "approle" {
    config = {
      role_id_file_path                   = "/etc/vault-agent/role-id"
      secret_id_file_path                 = "/etc/vault-agent/secret-id"
      remove_secret_id_file_after_reading = false
    }
  }
}

template_config {
  static_secret_render_interval = "1m"
  exit_on_retry_failure         = false
}

template {
  contents             = "{{ with secret \"secret/data/okta\" }}{{ .Data.data.api_token }}{{ end }}"
  destination          = "/run/secrets/okta/api-token"
  error_on_missing_key = true
  user                 = "otelcol-okta"
  perms                = "0400"
}
