package dev.artserver.http.socket;

/// The commands of one socket that are not answered yet.
final class CommandsUnderWay {
  private static final int COMMANDS_MAX = 64;

  private final int bytesMax;
  private int commands;
  private long bytes;

  /// @param bytesMax of all commands together, before no further one is read
  CommandsUnderWay(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  void begin(int size) {
    commands++;
    bytes += size;
  }

  void end(int size) {
    commands--;
    bytes -= size;
  }

  /// Whether no further command may be read.
  boolean full() {
    return commands >= COMMANDS_MAX || bytes >= bytesMax;
  }
}
