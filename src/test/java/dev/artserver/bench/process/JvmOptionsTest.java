package dev.artserver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class JvmOptionsTest {
  private static final ProcessFiles OWN = ProcessFiles.of(ProcessHandle.current().pid());

  @Test
  void a_child_has_what_makes_a_jvm_fast_or_small_and_its_properties() {
    JvmOptions options =
        new JvmOptions(
            List.of(
                "-XX:AOTCache=a.aot",
                "-XX:AOTCacheOutput=b.aot",
                "-Xmn64m",
                "-Xss512k",
                "-Dvertx.cacheDirBase=/tmp",
                "-Dcom.sun.management.jmxremote.port=9",
                "-javaagent:one.jar",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));

    assertThat(options.shared())
        .containsExactly(
            "-XX:AOTCache=a.aot",
            "-Xmn64m",
            "-Xss512k",
            "-Dvertx.cacheDirBase=/tmp",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");
  }

  @Test
  void a_cache_counts_as_used_when_the_process_has_it_in_memory() {
    // Any file this process has in memory does.
    Path library = Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so");

    String used = new JvmOptions(List.of("-XX:AOTCache=" + library, "-Xmn1m")).told(OWN);
    String refused = new JvmOptions(List.of("-XX:AOTCache=/no/such.aot")).told(OWN);

    assertThat(used).isEqualTo("-XX:AOTCache=" + library + " -Xmn1m (uses the cache)");
    assertThat(refused).isEqualTo("-XX:AOTCache=/no/such.aot (without a cache)");
  }
}
