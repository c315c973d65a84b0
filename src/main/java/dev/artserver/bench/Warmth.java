package dev.artserver.bench;

/// Whether a process's compilers are through: for long enough they took hardly anything. A few
/// seconds are not enough, since they compile in bursts: what was called warm after a quiet turn of
/// four took 29 % of the next one for compiling.
final class Warmth {
  /// Share of the compilers in a process's CPU time below which a turn is quiet.
  private static final double QUIET = 0.02;

  /// Length of the quiet turns in a row, all together.
  private static final long QUIET_MILLIS = 8_000;

  private long quietMillis;

  /// Takes what one more turn cost and gives whether it is warm now.
  ///
  /// @param compilerMillis of CPU time; less than 0 when a compiler's thread ended, with its time
  /// @param tookMillis how long the turn was
  boolean after(long compilerMillis, long cpuMillis, long tookMillis) {
    boolean isQuiet = compilerMillis >= 0 && compilerMillis <= QUIET * cpuMillis;
    quietMillis = isQuiet ? quietMillis + tookMillis : 0;
    return quietMillis >= QUIET_MILLIS;
  }
}
