package dev.artserver.bench;

/// Whether a process's compilers are through: in two turns in a row they took hardly anything. One
/// is not enough, since they compile in bursts: what was called warm after a quiet turn took 29 %
/// of the next one for compiling.
final class Warmth {
  /// Share of the compilers in a process's CPU time below which a turn is quiet.
  private static final double QUIET = 0.02;

  private static final int TURNS = 2;

  private int quiet;

  /// Takes what one more turn cost and gives whether it is warm now.
  ///
  /// @param compilerMillis of CPU time; less than 0 when a compiler's thread ended, with its time
  boolean after(long compilerMillis, long cpuMillis) {
    boolean isQuiet = compilerMillis >= 0 && compilerMillis <= QUIET * cpuMillis;
    quiet = isQuiet ? quiet + 1 : 0;
    return quiet >= TURNS;
  }
}
