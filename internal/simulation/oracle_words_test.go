// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"strings"
	"unicode"

	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// logger is what a process logs to: each line is read for credentials.
func (p *process) logger() *zap.Logger {
	encoder := zapcore.NewConsoleEncoder(zapcore.EncoderConfig{MessageKey: "message", SkipLineEnding: true})
	return zap.New(zapcore.NewCore(encoder, lines{p.node}, zapcore.DebugLevel))
}

type lines struct{ node *node }

// Write implements zapcore.WriteSyncer.
func (l lines) Write(line []byte) (int, error) {
	l.node.locked(func() { l.node.checkWords("a log line", string(line)) })
	return len(line), nil
}

// Sync implements zapcore.WriteSyncer.
func (lines) Sync() error { return nil }

// Report implements componentstatus.Reporter: what a status says is shown to whoever asks for the collector's health.
func (p *process) Report(event *componentstatus.Event) {
	p.node.locked(func() { p.noteEnded(event) })
	if event.Err() == nil {
		return
	}
	p.node.locked(func() {
		p.node.checkWords("a status", event.Err().Error())
		if strings.ContainsFunc(event.Err().Error(), func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }) {
			p.node.fail("words", "a status has a control character: %q", event.Err())
		}
	})
}

// checkWords finds credentials in what the receiver says. It needs the lock.
func (n *node) checkWords(where, text string) {
	for secret := range n.secrets() {
		if strings.Contains(text, secret) {
			n.fail("words", "%s holds a credential: %.200q", where, text)
		}
	}
}
