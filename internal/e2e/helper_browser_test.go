// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// browser is a headless Chromium with one page, steered by the DevTools protocol over two pipes: a message is JSON with
// a zero byte behind it.
type browser struct {
	write   io.Writer
	answers chan answer
	session string
	asked   int
}

type answer struct {
	ID     int
	Result json.RawMessage
	Error  json.RawMessage
}

// openBrowser starts Chromium with a window of the size, or skips the test where there is none.
func openBrowser(t *testing.T, width, height int) *browser {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed: apt-get install chromium")
	}
	// Its helpers still write there when it has ended: what can't be removed then is left to the system.
	profile, err := os.MkdirTemp("", "chromium-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(profile) })
	toRead, toWrite, err := os.Pipe()
	require.NoError(t, err)
	fromRead, fromWrite, err := os.Pipe()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), program,
		"--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--hide-scrollbars", "--user-data-dir="+profile, "about:blank")
	cmd.ExtraFiles = []*os.File{toRead, fromWrite} // 3 and 4
	require.NoError(t, cmd.Start())
	_, _ = toRead.Close(), fromWrite.Close()
	b := &browser{write: toWrite, answers: make(chan answer, 100)}
	go b.listen(fromRead)
	t.Cleanup(func() {
		_ = toWrite.Close() // which ends it
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	var target struct{ TargetID string }
	b.call(t, "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call(t, "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	b.call(t, "Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call(t, "Emulation.setTimezoneOverride", map[string]any{"timezoneId": "UTC"}, nil)
	return b
}

// listen takes answers. Events, which have no id, are left out.
func (b *browser) listen(from io.Reader) {
	defer close(b.answers)
	messages := bufio.NewReader(from)
	for {
		text, err := messages.ReadBytes(0)
		if err != nil {
			return
		}
		var a answer
		if json.Unmarshal(text[:len(text)-1], &a) == nil && a.ID > 0 {
			b.answers <- a
		}
	}
}

// call does something, and reads what comes of it into result.
func (b *browser) call(t *testing.T, method string, params, result any) {
	t.Helper()
	b.asked++
	message := map[string]any{"id": b.asked, "method": method, "params": params}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	text, err := json.Marshal(message)
	require.NoError(t, err)
	_, err = b.write.Write(append(text, 0))
	require.NoError(t, err)
	select {
	case a, ok := <-b.answers:
		require.True(t, ok, "chromium has ended")
		require.Equal(t, b.asked, a.ID, method)
		require.Empty(t, string(a.Error), method)
		if result != nil {
			require.NoError(t, json.Unmarshal(a.Result, result))
		}
	case <-time.After(patience):
		require.Fail(t, "chromium does not answer", method)
	}
}

// open opens an address.
func (b *browser) open(t *testing.T, address string) {
	t.Helper()
	b.call(t, "Page.navigate", map[string]any{"url": address}, nil)
}

// evaluate runs an expression in the page, and reads its value into result.
func (b *browser) evaluate(t *testing.T, expression string, result any) {
	t.Helper()
	var said struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	b.call(t, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &said)
	require.Empty(t, string(said.ExceptionDetails), expression)
	require.NoError(t, json.Unmarshal(said.Result.Value, result), expression)
}

// texts returns what is to be read of the elements that a selector finds.
func (b *browser) texts(t *testing.T, selector string) (said []string) {
	t.Helper()
	b.evaluate(t, `[...document.querySelectorAll(`+quoted(selector)+`)].map(e => e.innerText)`, &said)
	return said
}

func quoted(text string) string {
	q, _ := json.Marshal(text) // a text always can
	return string(q)
}

// await waits until an expression in the page is true.
func (b *browser) await(t *testing.T, expression string) {
	t.Helper()
	eventually(t, func() (holds bool) {
		// What it asks for may not be there yet.
		b.evaluate(t, "(() => { try { return Boolean("+expression+") } catch { return false } })()", &holds)
		return holds
	}, patience, 100*time.Millisecond, expression)
}

// click presses the mouse in the middle of an element, which must be in sight: nobody scrolls.
func (b *browser) click(t *testing.T, element string) {
	t.Helper()
	var at struct{ X, Y, Width, Height float64 }
	b.evaluate(t, `(() => { const r = `+element+`.getBoundingClientRect();
		return {X: r.x + r.width / 2, Y: r.y + r.height / 2, Width: innerWidth, Height: innerHeight} })()`, &at)
	require.True(t, at.X > 0 && at.Y > 0 && at.X < at.Width && at.Y < at.Height, "%s is in sight: %v", element, at)
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		b.call(t, "Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at.X, "y": at.Y, "button": "left", "clickCount": 1}, nil)
	}
}

// picture returns what is in sight, as PNG.
func (b *browser) picture(t *testing.T) []byte {
	t.Helper()
	var taken struct{ Data string }
	b.call(t, "Page.captureScreenshot", map[string]any{"format": "png"}, &taken)
	png, err := base64.StdEncoding.DecodeString(taken.Data)
	require.NoError(t, err)
	return png
}
