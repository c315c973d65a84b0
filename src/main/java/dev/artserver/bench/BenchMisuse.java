package dev.artserver.bench;

/// The words given to the bench make no sense; the message is one line for a person.
public final class BenchMisuse extends Exception {
  BenchMisuse(String why) {
    super(why);
  }
}
