package dev.artserver.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The instructions of the `Dockerfile`, one a line, by stage.
record Dockerfile(List<Instruction> instructions) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// @param stage 0 is the first
  record Instruction(int stage, String word, String rest) {}

  static Dockerfile read() {
    List<Instruction> found = new ArrayList<>();
    int stage = -1;
    for (String line : lines()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] parts = line.strip().split(" ", 2);
        if (parts[0].equals("FROM")) {
          stage++;
        }
        found.add(new Instruction(stage, parts[0], parts[1]));
      }
    }
    return new Dockerfile(found);
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(Path.of("Dockerfile"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What `word` is given in the last stage.
  List<String> last(String word) {
    int stage = instructions.getLast().stage();
    return instructions.stream()
        .filter(one -> one.stage() == stage && one.word().equals(word))
        .map(Instruction::rest)
        .toList();
  }

  /// The user's number.
  String user() {
    return last("USER").getLast().split(":", 2)[0];
  }

  Map<String, String> environment() {
    Map<String, String> variables = new TreeMap<>();
    for (String line : last("ENV")) {
      for (String assignment : line.split(" ")) {
        String[] parts = assignment.split("=", 2);
        variables.put(parts[0], parts[1]);
      }
    }
    return variables;
  }

  /// The words of an instruction in the form of a JSON array, so that no shell is between the
  /// server and its signals.
  List<String> words(String word) {
    try {
      return List.of(JSON.readValue(last(word).getLast(), String[].class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
