// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
)

func TestTimesBelowZeroAreFoundWhereverTheyStand(t *testing.T) {
	type keepAlive struct {
		Idle time.Duration `mapstructure:"idle_conn_timeout"`
		Max  int           `mapstructure:"max_idle_conns"`
	}
	type squashed struct {
		Wait time.Duration `mapstructure:"wait,omitempty"`
	}
	type config struct {
		Squashed  squashed                           `mapstructure:",squash"`
		Timeout   time.Duration                      `mapstructure:"timeout"`
		KeepAlive configoptional.Optional[keepAlive] `mapstructure:"keepalive,omitempty"`
		None      configoptional.Optional[keepAlive] `mapstructure:"none"`
		Pointer   *keepAlive                         `mapstructure:"pointer"`
		Nothing   *keepAlive                         `mapstructure:"nothing"`
		Other     time.Duration
		hidden    time.Duration
	}
	found := map[string]time.Duration{}
	find := func(config any) {
		clear(found)
		Negative(config, func(key string, value time.Duration) { found[key] = value })
	}
	find(config{
		Squashed: squashed{-1}, Timeout: -2, KeepAlive: configoptional.Some(keepAlive{Idle: -3, Max: -3}),
		Pointer: &keepAlive{Idle: -4}, Other: -5, hidden: -6,
	})
	assert.Equal(t, map[string]time.Duration{"wait": -1, "timeout": -2, "keepalive.idle_conn_timeout": -3, "pointer.idle_conn_timeout": -4}, found)
	find(config{Timeout: 1})
	assert.Empty(t, found)

	http := confighttp.NewDefaultClientConfig()
	find(http)
	assert.Empty(t, found)
	http.HTTP2PingTimeout = -time.Second
	find(http)
	assert.Equal(t, map[string]time.Duration{"http2_ping_timeout": -time.Second}, found)
}
