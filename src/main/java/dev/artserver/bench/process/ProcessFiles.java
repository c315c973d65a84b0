package dev.artserver.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What Linux tells of a process under `/proc`. Source: proc(5).
public record ProcessFiles(Path directory) {
  /// The clock of `/proc`, which is the same on every architecture a JDK runs on.
  private static final int TICKS_PER_SECOND = 100;

  /// Fields behind the command's name, counted from 0.
  private static final int USER_TICKS = 11;

  private static final int SYSTEM_TICKS = 12;

  /// HotSpot's names of its compilers' threads, cut by the kernel to 15 characters.
  private static final Pattern COMPILER = Pattern.compile("\\d+ \\(C[12] CompilerThre");

  public static ProcessFiles of(long pid) {
    return new ProcessFiles(Path.of("/proc", Long.toString(pid)));
  }

  /// CPU time of all its threads so far, user and system, in steps of 10 ms.
  public long cpuMillis() {
    return cpuMillis(read("stat"));
  }

  /// CPU time its JVM has spent on compiling so far, in steps of 10 ms. It may shrink when the JVM
  /// ends a thread of its compilers.
  public long compilerMillis() {
    try (Stream<Path> threads = Files.list(directory.resolve("task"))) {
      return threads.mapToLong(ProcessFiles::compilerMillis).sum();
    } catch (IOException gone) {
      throw new UncheckedIOException("the process under " + directory + " is gone", gone);
    }
  }

  private static long compilerMillis(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      return isCompiler(stat) ? cpuMillis(stat) : 0;
    } catch (IOException ended) {
      return 0;
    }
  }

  static boolean isCompiler(String stat) {
    return COMPILER.matcher(stat).lookingAt();
  }

  /// Whether it has this file in memory.
  boolean maps(Path file) {
    return read("maps").lines().anyMatch(line -> line.endsWith(" " + file));
  }

  /// Memory it holds now, in bytes.
  public long residentBytes() {
    return kilobytes(read("status"), "VmRSS") * 1_024;
  }

  /// Makes the most it held what it holds now; where the system does not let us, it stays. Source:
  /// proc_pid_clear_refs(5).
  public void forgetPeak() {
    try {
      Files.writeString(directory.resolve("clear_refs"), "5");
    } catch (IOException notAllowed) {
      return;
    }
  }

  /// How many files and sockets it has open.
  public long openFiles() {
    try (Stream<Path> files = Files.list(directory.resolve("fd"))) {
      return files.count();
    } catch (IOException gone) {
      throw new UncheckedIOException("the process under " + directory + " is gone", gone);
    }
  }

  /// The most it held since that was forgotten, or ever, in bytes.
  public long residentBytesMax() {
    return kilobytes(read("status"), "VmHWM") * 1_024;
  }

  static long cpuMillis(String stat) {
    // The name stands in parentheses and may hold anything, parentheses too.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
    return ticks * 1_000 / TICKS_PER_SECOND;
  }

  static long kilobytes(String status, String name) {
    Matcher found = Pattern.compile("(?m)^" + name + ":\\s+(\\d+) kB$").matcher(status);
    if (!found.find()) {
      throw new IllegalArgumentException("there is no " + name + " in the process's status");
    }
    return Long.parseLong(found.group(1));
  }

  private String read(String file) {
    try {
      return Files.readString(directory.resolve(file));
    } catch (IOException gone) {
      throw new UncheckedIOException("the process under " + directory + " is gone", gone);
    }
  }
}
