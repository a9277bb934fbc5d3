// Reads YAML files as the two readers of the Kubernetes world do and prints,
// for each file given, one line per reader: {"reader": …, "value": …} or
// {"reader": …, "error": …}.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	sigs "sigs.k8s.io/yaml"
)

type answer struct {
	Reader string          `json:"reader"`
	Value  json.RawMessage `json:"value,omitempty"`
	Error  string          `json:"error,omitempty"`
}

func readSigs(text []byte) ([]byte, error) {
	return sigs.YAMLToJSON(text)
}

func readKyaml(text []byte) ([]byte, error) {
	var value any
	if err := kyaml.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	lines := json.NewEncoder(out)
	for _, path := range os.Args[1:] {
		text, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		for _, reader := range []struct {
			name string
			read func([]byte) ([]byte, error)
		}{{"sigs", readSigs}, {"kyaml", readKyaml}} {
			line := answer{Reader: reader.name}
			if line.Value, err = reader.read(text); err != nil {
				line.Value, line.Error = nil, err.Error()
			}
			if err := lines.Encode(line); err != nil {
				panic(err)
			}
		}
	}
}
