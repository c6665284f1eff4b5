package document

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"sipsecdump/report"
)

// archive holds the octets that figures stand for.
type archive struct {
	files []archived
	size  int
	cut   bool
}

type archived struct {
	name   string
	octets []byte
	time   time.Time
}

// add keeps a copy.
func (a *archive) add(name string, octets []byte, at time.Time) {
	if a.size += fileOctets + len(octets); a.cut || a.size > maxArchive {
		a.cut = true
		return
	}
	a.files = append(a.files, archived{name, bytes.Clone(octets), at})
}

// message keeps a message as it was on the wire, and what signatures in it cover.
func (a *archive) message(e *report.Event, s *report.SIP) {
	a.add(fmt.Sprintf("message-%d", s.N), s.Message.Raw, e.Time)
	for i := range s.Parts {
		p := &s.Parts[i]
		name := fmt.Sprintf("message-%d-signed-%s", s.N, fileName(p.Path))
		switch {
		case p.Multipart && p.MediaType == "multipart/signed":
			// RFC 1847, Section 2.1: the first of two parts, headers and all.
			if i+1 < len(s.Parts) && s.Parts[i+1].Delimiter != nil {
				a.add(name, s.Parts[i+1].Raw, e.Time)
			}
		case p.CMS != nil && p.CMS.Object.Signed != nil && p.CMS.Object.Signed.EContent != nil:
			a.add(name, p.CMS.Object.Signed.EContent, e.Time)
		}
	}
}

// fileName is the path of a MIME part as part of the name of a file.
func fileName(path string) string { return strings.ReplaceAll(path, "/", "_") }

// archiveColumns is the length of a line of base64 (RFC 7468, Section 2).
const archiveColumns = 64

// WriteArchive writes what the messages and blobs of the section are, as they were on the wire,
// and what their signatures cover: a tar file, compressed with gzip, in base64, as Appendix C of
// RFC 6216 has it. It is the same for the same captures: files are in the order of their names,
// with the times of their packets. It is empty unless Options.Archive is set.
func (d *Document) WriteArchive(w io.Writer) error {
	files := slices.Clone(d.archive.files)
	slices.SortFunc(files, func(a, b archived) int { return strings.Compare(a.name, b.name) })
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	t := tar.NewWriter(z)
	for _, f := range files {
		err := t.WriteHeader(&tar.Header{
			Name: f.name, Size: int64(len(f.octets)), Mode: 0o644, ModTime: f.time.Truncate(time.Second),
			Typeflag: tar.TypeReg, Format: tar.FormatUSTAR,
		})
		if err == nil {
			_, err = t.Write(f.octets)
		}
		if err != nil {
			return fmt.Errorf("archive: %s: %w", f.name, err)
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	text := base64.StdEncoding.EncodeToString(packed.Bytes())
	var b strings.Builder
	for ; len(text) > archiveColumns; text = text[archiveColumns:] {
		b.WriteString(text[:archiveColumns] + "\n")
	}
	b.WriteString(text + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}
