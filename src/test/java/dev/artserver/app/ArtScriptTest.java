package dev.artserver.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs a copy of `./art` in a project of its own, where JDKs and Maven are scripts that write down
/// how they were called.
class ArtScriptTest {
  private static final List<String> TOOLS =
      List.of(
          "sh",
          "cat",
          "dirname",
          "env",
          "find",
          "flock",
          "head",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "timeout",
          "touch");

  @TempDir private Path root;
  private Path project;
  private Path tools;
  private Path jvms;

  @BeforeEach
  void layOutProject() throws IOException {
    project = Files.createDirectories(root.resolve("a project"));
    tools = Files.createDirectories(root.resolve("tools"));
    jvms = Files.createDirectories(root.resolve("jvms"));
    Files.createDirectories(project.resolve("src/main"));
    Files.writeString(project.resolve("pom.xml"), "<project/>");
    String script = Files.readString(Path.of("art"));
    script = script.replace("/usr/lib/jvm/*", jvms + "/*").replace("/opt/java/*", jvms + "/none/*");
    executable(project.resolve("art"), script);
    for (String tool : TOOLS) {
      Stream.of("/usr/bin/", "/bin/")
          .map(place -> Path.of(place + tool))
          .filter(Files::exists)
          .findFirst()
          .ifPresent(found -> forward(tools.resolve(tool), found));
    }
  }

  @Test
  void without_a_suitable_jdk_it_says_how_to_get_one() throws Exception {
    jdk("jdk-17", "17.0.15");

    Ended ended = art(project, "version");

    assertThat(ended.code).isEqualTo(2);
    assertThat(ended.err)
        .startsWith("art: JDK 25 is needed")
        .contains("adoptium.net")
        .hasLineCount(1);
  }

  @Test
  void without_maven_it_says_so() throws Exception {
    jdk("jdk-25", "25.0.3");

    Ended ended = art(project, "version");

    assertThat(ended.code).isEqualTo(2);
    assertThat(ended.err).startsWith("art: Maven is needed").hasLineCount(1);
  }

  @Test
  void it_builds_and_passes_words_and_exit_code_on() throws Exception {
    jdk("jdk-17", "17.0.15");
    jdkAndMaven();

    Ended ended = art(project, "version", "two words", "*");

    assertThat(ended.code).isEqualTo(7);
    assertThat(ended.out.lines())
        .contains(
            "java=" + jvms.resolve("jdk-25"),
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UseG1GC",
            project.toRealPath().resolve("target/art-server.jar").toString())
        .endsWith("version", "two words", "*");
    assertThat(calls("mvn")).singleElement().asString().contains("package");
  }

  @Test
  void it_works_through_a_link_from_anywhere() throws Exception {
    jdkAndMaven();
    Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
    link(elsewhere.resolve("start"), Path.of("../a project/art"));

    Ended ended = run(elsewhere, List.of("./start", "version"));

    assertThat(ended.out)
        .contains(project.toRealPath().resolve("target/art-server.jar").toString());
    assertThat(ended.code).isEqualTo(7);
  }

  @Test
  void it_builds_again_only_when_a_source_is_newer() throws Exception {
    jdkAndMaven();

    art(project, "version");
    art(project, "version");
    int unchanged = calls("mvn").size();
    Path source = Files.writeString(project.resolve("src/main/New.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    art(project, "version");

    assertThat(unchanged).isEqualTo(1);
    assertThat(calls("mvn")).hasSize(2);
  }

  @Test
  void serving_makes_the_cache_once_for_each_jar_and_uses_it() throws Exception {
    jdkAndMaven();

    Ended first = art(project, "serve");
    Ended second = art(project, "serve");

    String cache = project.toRealPath().resolve("target/art-server.aot").toString();
    assertThat(first.out.lines()).contains("-XX:AOTCache=" + cache);
    assertThat(second.out.lines()).contains("-XX:AOTCache=" + cache);
    assertThat(second.err).isEmpty();
    assertThat(calls("java")).filteredOn(call -> call.contains("bench-train")).hasSize(1);
  }

  @Test
  void an_image_has_a_jvm_without_a_compiler_and_no_source() throws Exception {
    jdkAndMaven();
    art(project, "serve");
    try (Stream<Path> files = Files.walk(project.resolve("src"))) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    Files.delete(project.resolve("pom.xml"));
    Files.delete(jvms.resolve("jdk-25/bin/javac"));

    Ended ended = art(project, "train");

    assertThat(ended.code).as(ended.err).isZero();
    assertThat(project.resolve("target/art-server.aot")).exists();
  }

  @Test
  void training_that_leaves_no_cache_fails() throws Exception {
    jdkAndMaven();
    art(project, "serve");
    Files.delete(project.resolve("target/art-server.aot"));

    Ended ended = art(project, "train");

    assertThat(ended.code).isEqualTo(2);
    assertThat(ended.err).contains("the cache for faster starts could not be made");
  }

  @Test
  void the_demo_does_not_wait_for_a_cache() throws Exception {
    jdkAndMaven();

    Ended ended = art(project, "demo");

    assertThat(ended.out.lines()).endsWith("demo");
    assertThat(calls("java")).noneMatch(call -> call.contains("bench-train"));
  }

  @Test
  void the_cache_of_an_older_jar_is_not_used() throws Exception {
    jdkAndMaven();
    art(project, "serve");
    Path jar = project.resolve("target/art-server.jar");
    Ended before = art(project, "config");

    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(5)));
    Ended after = art(project, "config");

    assertThat(before.out.lines()).anyMatch(word -> word.startsWith("-XX:AOTCache="));
    assertThat(after.out.lines())
        .endsWith("config")
        .noneMatch(word -> word.startsWith("-XX:AOTCache="));
  }

  @Test
  void options_of_the_environment_are_added_and_may_choose_the_collector() throws Exception {
    jdkAndMaven();

    Ended ended =
        run(project, List.of("env", "ART_JAVA_OPTS=-Xmx1g -XX:+UseZGC", "./art", "version"));

    assertThat(ended.out.lines())
        .contains("-Xmx1g", "-XX:+UseZGC")
        .doesNotContain("-XX:+UseG1GC")
        .noneMatch(word -> word.contains("NewSize"));
  }

  @Test
  void the_young_generation_is_bounded_unless_somebody_says_otherwise() throws Exception {
    jdkAndMaven();

    Ended bounded = art(project, "version");
    Ended chosen =
        run(project, List.of("env", "ART_JAVA_OPTS=-XX:MaxNewSize=1g", "./art", "version"));

    assertThat(bounded.out.lines())
        .doesNotContain("-XX:MaxTenuringThreshold=0")
        .filteredOn(word -> word.matches("-XX:MaxNewSize=(3[2-9]|[4-9][0-9]|[12][0-9][0-9])m"))
        .hasSize(1);
    assertThat(chosen.out.lines())
        .filteredOn(word -> word.contains("NewSize"))
        .containsExactly("-XX:MaxNewSize=1g");
  }

  @Test
  void a_heap_that_is_given_is_taken_whole_at_the_start() throws Exception {
    jdkAndMaven();

    Ended ended = run(project, List.of("env", "ART_HEAP=1g", "./art", "serve"));

    assertThat(ended.out.lines())
        .contains("-Xms1024m", "-Xmx1024m", "-XX:+AlwaysPreTouch", "-XX:MaxTenuringThreshold=0")
        .filteredOn(word -> word.matches("-XX:MaxNewSize=([4-9]|[12][0-9]|3[0-2])m"))
        .hasSize(1);
    assertThat(calls("java"))
        .filteredOn(call -> call.contains("bench-train"))
        .singleElement()
        .asString()
        .doesNotContain("-Xms");
  }

  @Test
  void a_heap_that_is_given_is_taken_whatever_the_collector() throws Exception {
    jdkAndMaven();

    Ended ended =
        run(project, List.of("env", "ART_HEAP=300m", "ART_JAVA_OPTS=-XX:+UseZGC", "./art", "demo"));

    assertThat(ended.out.lines())
        .contains("-Xms300m", "-Xmx300m", "-XX:+AlwaysPreTouch", "-XX:+UseZGC")
        .noneMatch(word -> word.contains("NewSize"));
  }

  @Test
  void who_only_asks_takes_no_heap() throws Exception {
    jdkAndMaven();

    Ended ended = run(project, List.of("env", "ART_HEAP=1g", "./art", "config"));

    assertThat(ended.out.lines()).endsWith("config").noneMatch(word -> word.startsWith("-Xms"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "m", "2t", "-1g", "08g", "99999999g"})
  void a_heap_that_is_no_size_is_refused(String size) throws Exception {
    jdkAndMaven();

    Ended ended = run(project, List.of("env", "ART_HEAP=" + size, "./art", "serve"));

    assertThat(ended.code).isEqualTo(2);
    assertThat(ended.err)
        .isEqualTo(
            "art: ART_HEAP must be a number of megabytes or gigabytes, such as 2800m or 2g, got '"
                + size
                + "'\n");
    assertThat(root.resolve("mvn.calls")).doesNotExist();
  }

  @Test
  void a_heap_too_small_or_larger_than_memory_is_refused() throws Exception {
    jdkAndMaven();
    Path memory = Files.writeString(root.resolve("meminfo"), "MemTotal:        4194304 kB\n");
    String script =
        Files.readString(project.resolve("art"))
            .replace("/proc/meminfo", memory.toString())
            .replace("/sys/fs/cgroup/memory.max", root.resolve("none").toString());
    executable(project.resolve("art"), script);

    Ended small = run(project, List.of("env", "ART_HEAP=255m", "./art", "serve"));
    Ended large = run(project, List.of("env", "ART_HEAP=4g", "./art", "serve"));
    Ended most = run(project, List.of("env", "ART_HEAP=3686m", "./art", "demo"));

    assertThat(small.err).isEqualTo("art: ART_HEAP must be at least 256m, got '255m'\n");
    assertThat(large.err)
        .isEqualTo("art: ART_HEAP must leave a tenth of memory: at most 3686m here, got '4g'\n");
    assertThat(List.of(small.code, large.code)).containsOnly(2);
    assertThat(most.out.lines()).contains("-Xmx3686m");
  }

  @Test
  void large_pages_are_taken_where_the_kernel_gives_them() throws Exception {
    jdkAndMaven();
    Path kernel = root.resolve("enabled");
    String script =
        Files.readString(project.resolve("art"))
            .replace("/sys/kernel/mm/transparent_hugepage/enabled", kernel.toString());
    executable(project.resolve("art"), script);

    Files.writeString(kernel, "always [madvise] never\n");
    Ended given = art(project, "version");
    Files.writeString(kernel, "always madvise [never]\n");
    Ended refused = art(project, "version");
    Files.delete(kernel);
    Ended unknown = art(project, "version");

    assertThat(given.out.lines()).contains("-XX:+UseTransparentHugePages");
    assertThat(refused.out.lines()).doesNotContain("-XX:+UseTransparentHugePages");
    assertThat(unknown.out.lines()).doesNotContain("-XX:+UseTransparentHugePages");
  }

  @Test
  void test_hands_its_words_to_maven() throws Exception {
    jdkAndMaven();

    Ended ended = art(project, "test", "-Dtest=One");

    assertThat(ended.code).isZero();
    assertThat(calls("mvn"))
        .singleElement()
        .asString()
        .contains(" verify ")
        .endsWith(" -Dtest=One");
  }

  private void jdkAndMaven() throws IOException {
    jdk("jdk-25", "25.0.3");
    maven();
  }

  private void jdk(String name, String version) throws IOException {
    Path home = jvms.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    executable(home.resolve("bin/javac"), "#!/bin/sh\n");
    executable(
        home.resolve("bin/java"),
        """
        #!/bin/sh
        echo "$*" >> "%1$s/java.calls"
        case "$*" in
          *bench-train*) for file; do :; done; touch "$file"; exit 0 ;;
        esac
        echo "java=%2$s"
        for word; do echo "$word"; done
        exit 7
        """
            .formatted(root, home));
  }

  private void maven() throws IOException {
    executable(
        tools.resolve("mvn"),
        """
        #!/bin/sh
        echo "$*" >> "%s/mvn.calls"
        mkdir -p "%s/target"
        touch "%2$s/target/art-server.jar"
        """
            .formatted(root, project));
  }

  private List<String> calls(String program) throws IOException {
    return Files.readAllLines(root.resolve(program + ".calls"));
  }

  private Ended art(Path directory, String... words) throws Exception {
    return run(directory, Stream.concat(Stream.of("./art"), Stream.of(words)).toList());
  }

  private Ended run(Path directory, List<String> command) throws Exception {
    Path out = root.resolve("out");
    Path err = root.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(
            Stream.concat(Stream.of(tools.resolve("env").toString()), command.stream()).toList());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("HOME", root.resolve("nobody").toString());
    builder.directory(directory.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the script ends").isTrue();
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static void forward(Path tool, Path found) {
    try {
      executable(tool, "#!/bin/sh\nexec " + found + " \"$@\"\n");
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  private static void executable(Path file, String text) throws IOException {
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void link(Path link, Path target) throws IOException {
    Files.createSymbolicLink(link, target);
  }

  private record Ended(int code, String out, String err) {}
}
