module github.com/otel-okta/okta-systemlog-receiver/internal/tools/jsonbench

go 1.26.0

replace github.com/otel-okta/okta-systemlog-receiver => ../../..

require (
	github.com/go-json-experiment/json v0.0.0-20260820222146-c27c302e5fc3
	github.com/otel-okta/okta-systemlog-receiver v0.0.0
	github.com/stretchr/testify v1.12.1
	github.com/tidwall/gjson v1.20.0
	github.com/valyala/fastjson v1.6.10
)

require (
	github.com/go-jose/go-jose/v4 v4.1.8 // indirect
	github.com/tidwall/match v1.1.1 // indirect
	github.com/tidwall/pretty v1.2.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)
