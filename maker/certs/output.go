package certs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Modes of what is written; the user's mask narrows those of folders and of files
// that replace none. Whatever holds a private key is its owner's alone.
const (
	modePublic     fs.FileMode = 0o644
	modePrivate    fs.FileMode = 0o600
	modeDir        fs.FileMode = 0o755
	modePrivateDir fs.FileMode = 0o700
)

// output collects files so that all of them can be made, and looked for, before
// any is written.
type output struct {
	dir     string
	folders []outputFolder
	files   []outputFile
}

type outputFolder struct {
	name string // below dir
	mode fs.FileMode
}

type outputFile struct {
	name string // below dir
	mode fs.FileMode
	data []byte
}

func (o *output) add(name string, mode fs.FileMode, data []byte) {
	o.files = append(o.files, outputFile{name, mode, data})
}

func (o *output) addFolder(name string, mode fs.FileMode) {
	o.folders = append(o.folders, outputFolder{name, mode})
}

// write makes the folders and writes the files and returns their paths, also when it fails
// part way. Unless force is set it writes nothing if any exists, and the error
// names that one and wraps [fs.ErrExist].
func (o *output) write(force bool) ([]string, error) {
	if !force {
		for _, file := range o.files {
			path := filepath.Join(o.dir, file.name)
			if _, err := os.Lstat(path); err == nil {
				return nil, existsError(path)
			}
		}
	}
	if err := os.MkdirAll(o.dir, modeDir); err != nil {
		return nil, err
	}
	for _, folder := range o.folders {
		if err := os.MkdirAll(filepath.Join(o.dir, folder.name), folder.mode); err != nil {
			return nil, err
		}
	}
	var written []string
	for _, file := range o.files {
		path := filepath.Join(o.dir, file.name)
		write := createFile
		if force {
			write = replaceFile
		}
		if err := write(path, file.mode, file.data); err != nil {
			return written, err
		}
		written = append(written, path)
	}
	return written, nil
}

func existsError(path string) error {
	return fmt.Errorf("%s: %w, and is not overwritten unless forced", path, fs.ErrExist)
}

// createFile writes a file that must not exist.
func createFile(path string, mode fs.FileMode, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, fs.ErrExist) {
		return existsError(path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// replaceFile writes a file whole or not at all. A file that exists is replaced
// rather than written into: its mode may be too open for a key, and it may be
// a link to elsewhere.
func replaceFile(path string, mode fs.FileMode, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".sipsecdump-*") // made with modePrivate
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	if err := errors.Join(err, f.Chmod(mode), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
