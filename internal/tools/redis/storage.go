// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configtls"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// storageConfig is the part of contrib's configuration that examples and tests set.
type storageConfig struct {
	// Endpoint is host and port of a Redis server.
	Endpoint string                 `mapstructure:"endpoint"`
	Password configopaque.String    `mapstructure:"password"`
	TLS      configtls.ClientConfig `mapstructure:"tls"`
}

// newStorageFactory makes storages that behave as contrib's redis_storage does: clients share one connection pool with
// the library's defaults, operations of a batch are sent in one pipeline, which is no transaction, and what a batch
// reads it reads afterwards.
func newStorageFactory() extension.Factory {
	return extension.NewFactory(component.MustNewType("redis_storage"),
		func() component.Config { return &storageConfig{Endpoint: "localhost:6379"} },
		func(_ context.Context, _ extension.Settings, config component.Config) (extension.Extension, error) {
			return &redisStorage{config: config.(*storageConfig)}, nil
		}, component.StabilityLevelDevelopment)
}

type redisStorage struct {
	config *storageConfig
	server *redis.Client
}

var _ storage.Extension = (*redisStorage)(nil)

// Start implements component.Component. It succeeds while the server is away.
func (s *redisStorage) Start(ctx context.Context, _ component.Host) error {
	tls, err := s.config.TLS.LoadTLSConfig(ctx)
	if err != nil {
		return err
	}
	s.server = redis.NewClient(&redis.Options{Addr: s.config.Endpoint, Password: string(s.config.Password), TLSConfig: tls})
	return nil
}

// Shutdown implements component.Component.
func (s *redisStorage) Shutdown(context.Context) error {
	if s.server == nil {
		return nil
	}
	return s.server.Close()
}

// GetClient implements storage.Extension.
func (s *redisStorage) GetClient(_ context.Context, kind component.Kind, of component.ID, name string) (storage.Client, error) {
	return &client{server: s.server, prefix: fmt.Sprintf("%s/%s/%s/", kind, of, name)}, nil
}

// client keeps the keys of one component below a prefix of theirs.
type client struct {
	server *redis.Client
	prefix string
}

// Get implements storage.Client.
func (c *client) Get(ctx context.Context, key string) ([]byte, error) {
	value, err := c.server.Get(ctx, c.prefix+key).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return value, err
}

// Set implements storage.Client.
func (c *client) Set(ctx context.Context, key string, value []byte) error {
	return c.server.Set(ctx, c.prefix+key, value, 0).Err()
}

// Delete implements storage.Client.
func (c *client) Delete(ctx context.Context, key string) error {
	return c.server.Del(ctx, c.prefix+key).Err()
}

// Batch implements storage.Client.
func (c *client) Batch(ctx context.Context, ops ...*storage.Operation) error {
	_, err := c.server.Pipelined(ctx, func(pipeline redis.Pipeliner) error {
		for _, op := range ops {
			switch op.Type {
			case storage.Set:
				pipeline.Set(ctx, c.prefix+op.Key, op.Value, 0)
			case storage.Delete:
				pipeline.Del(ctx, c.prefix+op.Key)
			case storage.Get: // below
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, op := range ops {
		if op.Type != storage.Get {
			continue
		}
		if op.Value, err = c.Get(ctx, op.Key); err != nil {
			return err
		}
	}
	return nil
}

// Close implements storage.Client.
func (*client) Close(context.Context) error { return nil }
