package escape

import "testing"

func TestAppendMarkdown(t *testing.T) {
	for text, want := range map[string]string{
		"plain, text.":             "plain, text.",
		"a|b":                      `a\|b`,
		"<img src=x> & \x1b[1m`":   `&lt;img src=x&gt; &amp; \\x1b\[1m` + "\\`",
		"http://x www.y":           "http&#58;//x www&#46;y",
		"# _a_ *b* [c](d) !e ~f~ ": `\# \_a\_ \*b\* \[c\](d) \!e \~f\~ `,
		"line\n\u202e":             `line\\n\\u202e`,
	} {
		if got := string(AppendMarkdown(nil, text)); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}
