package escape

import "strings"

// AppendMarkdown appends s as AppendText does, with what Markdown would read as more than text
// escaped: it stays text in a paragraph, a list and a cell of a table.
func AppendMarkdown[T ~[]byte | ~string](dst []byte, s T) []byte {
	return append(dst, markdown.Replace(string(AppendText(nil, s)))...)
}

var markdown = strings.NewReplacer(
	`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "#", `\#`, "~", `\~`,
	"<", "&lt;", ">", "&gt;", "&", "&amp;", "!", `\!`, "://", "&#58;//", "www.", "www&#46;",
)
