package central

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

var errOpenFolder = errors.New("the state folder can be read by others and holds files that are not the centre's: give the centre a folder of its own, or chmod 700 it")

// private closes the state folder to everybody but its owner: records and the centre's key
// lie in it. One that holds files of somebody else's is left as it is, and refused.
// Windows gives folders of a profile to their owner alone.
func private(dir string) error {
	info, err := os.Stat(dir)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return err
	}
	if !holds(dir, keyFile) && !holds(dir, storeFile) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		if len(entries) > 0 {
			return errOpenFolder
		}
	}
	return os.Chmod(dir, 0o700)
}

func holds(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err == nil
}
