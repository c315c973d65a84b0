package dev.artserver;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Which room may import which. A change of this table is a design decision with its reason in
/// docs/decisions/. Test classes are not checked.
///
/// - `x` is the package of room x without its subpackages.
/// - `x.y` is an inner room: part of x, in a package of its own. Only rooms whose row names it may
///   import it, and that includes x.
/// - `x.*` is every other subpackage of x: the adapters of x. Each is checked alone, so one adapter
///   does not import another. No row may name them; only `app` imports them.
/// - `*` in a row is everything outside the room of that row, adapters and inner rooms included,
///   but `PRIVATE` ones. Only `app` has it.
class RoomsTest {
  private static final String ROOT = "dev.artserver.";

  private static final Map<String, List<String>> ROOMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("model", List.of()),
              Map.entry("flow", List.of()),
              Map.entry("vertx", List.of("flow")),
              Map.entry("wire", List.of("model")),
              Map.entry("wire.remote", List.of("wire", "model", "thread", "stream")),
              Map.entry(
                  "cluster",
                  List.of(
                      "model",
                      "flow",
                      "wire",
                      "wire.remote",
                      "lease",
                      "store",
                      "stream",
                      "thread")),
              Map.entry("cluster.bus", List.of("cluster", "model", "wire")),
              Map.entry(
                  "cluster.quota",
                  List.of("cluster", "lease", "provider.quota", "model", "flow", "wire")),
              Map.entry("lease", List.of()),
              Map.entry("lease.*", List.of("lease", "model", "flow")),
              Map.entry("store", List.of("model")),
              Map.entry("store.*", List.of("store", "model", "wire")),
              Map.entry("store.postgres", List.of("store", "model", "wire", "flow")),
              Map.entry("provider", List.of("model", "flow")),
              Map.entry("provider.quota", List.of("provider", "model", "flow")),
              Map.entry("provider.key", List.of("provider", "provider.quota", "model", "flow")),
              Map.entry(
                  "provider.call",
                  List.of("vertx", "provider", "provider.quota", "provider.key", "model", "flow")),
              Map.entry("provider.wire", List.of("vertx", "provider", "model", "flow")),
              Map.entry("provider.*", List.of("provider", "provider.wire", "model", "flow")),
              Map.entry("tool", List.of("model", "flow")),
              Map.entry("tool.*", List.of("tool", "model", "flow")),
              Map.entry("agent", List.of("model")),
              Map.entry("stream", List.of("model", "flow")),
              Map.entry("admission", List.of("model", "flow")),
              Map.entry(
                  "thread",
                  List.of(
                      "model",
                      "flow",
                      "store",
                      "provider",
                      "tool",
                      "agent",
                      "stream",
                      "admission")),
              Map.entry("observe", List.of("model", "flow", "stream", "admission", "provider")),
              Map.entry(
                  "bench", List.of("bench.figure", "bench.load", "bench.peer", "bench.process")),
              Map.entry("bench.figure", List.of()),
              Map.entry("bench.load", List.of("bench.figure", "bench.peer")),
              Map.entry("bench.peer", List.of()),
              Map.entry("bench.process", List.of("bench.figure")),
              Map.entry(
                  "http",
                  List.of(
                      "vertx",
                      "model",
                      "flow",
                      "wire",
                      "stream",
                      "thread",
                      "observe",
                      "http.contract",
                      "http.exchange",
                      "http.connection",
                      "http.stream",
                      "http.socket",
                      "http.query")),
              Map.entry("http.contract", List.of("model")),
              Map.entry(
                  "http.exchange",
                  List.of("vertx", "model", "flow", "wire", "stream", "http.contract")),
              Map.entry("http.connection", List.of("vertx", "model", "flow")),
              Map.entry("http.query", List.of("model", "wire", "thread", "observe")),
              Map.entry(
                  "http.stream",
                  List.of(
                      "vertx",
                      "model",
                      "flow",
                      "wire",
                      "stream",
                      "thread",
                      "http.contract",
                      "http.connection",
                      "http.exchange")),
              Map.entry(
                  "http.socket",
                  List.of(
                      "model",
                      "flow",
                      "wire",
                      "stream",
                      "thread",
                      "http.contract",
                      "http.connection",
                      "http.exchange",
                      "http.stream")),
              Map.entry("app", List.of("*", "app.command", "app.logging", "app.server")),
              Map.entry("app.config", List.of("*")),
              Map.entry("app.logging", List.of("*")),
              Map.entry("app.settings", List.of("*", "app.config", "app.logging")),
              Map.entry("app.server", List.of("*", "app.config", "app.settings")),
              Map.entry("app.demo", List.of("*", "app.server")),
              Map.entry(
                  "app.local",
                  List.of("*", "app.config", "app.logging", "app.settings", "app.server")),
              Map.entry("app.probe", List.of("*", "app.config", "app.settings", "app.server")),
              Map.entry(
                  "app.command",
                  List.of(
                      "*",
                      "app.config",
                      "app.logging",
                      "app.settings",
                      "app.server",
                      "app.demo",
                      "app.local",
                      "app.probe"))));

  /// Rooms whose inner rooms not even `app` imports.
  private static final List<String> PRIVATE = List.of("http");

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.artserver");

  @TestFactory
  Stream<DynamicTest> each_room_imports_only_what_the_table_allows() {
    return ROOMS.entrySet().stream()
        .flatMap(row -> packages(row.getKey()).map(room -> rule(room, row.getValue())));
  }

  private static DynamicTest rule(String room, List<String> imports) {
    return DynamicTest.dynamicTest(
        room,
        () ->
            classes()
                .that(resideInAnyPackage(ROOT + room))
                .should(onlyDependOnClassesThat(allowed(room, imports)))
                .allowEmptyShould(true)
                .check(PRODUCT));
  }

  @Test
  void every_class_is_in_a_room_of_the_table() {
    List<String> known = new ArrayList<>();
    ROOMS.keySet().forEach(row -> packages(row).forEach(room -> known.add(ROOT + room)));

    classes().should().resideInAnyPackage(known.toArray(String[]::new)).check(PRODUCT);
  }

  @Test
  void every_row_is_a_room_and_names_rooms() {
    for (Map.Entry<String, List<String>> row : ROOMS.entrySet()) {
      assertThat(packages(row.getKey())).as("packages of %s", row.getKey()).isNotEmpty();
      assertThat(row.getValue())
          .as("imports of %s", row.getKey())
          .allMatch(imported -> imported.equals("*") || ROOMS.containsKey(imported));
      assertThat(row.getValue()).noneMatch(imported -> imported.endsWith(".*"));
    }
  }

  @Test
  void private_inner_rooms_are_imported_by_their_room_only() {
    for (String room : PRIVATE) {
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + room + "..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + room + ".(*)..")
          .check(PRODUCT);
    }
  }

  @Test
  void no_package_is_part_of_a_cycle() {
    slices().matching("dev.artserver.(**)").should().beFreeOfCycles().check(PRODUCT);
  }

  /// `ServerConfig` is the one place of defaults; a room that had others would run in its tests
  /// with them. `NONE` is a value that means "no limit".
  @Test
  void no_config_record_of_a_room_has_defaults() {
    fields()
        .that()
        .areDeclaredInClassesThat()
        .haveSimpleNameEndingWith("Config")
        .and()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackage(ROOT + "app..")
        .and()
        .areStatic()
        .and()
        .arePublic()
        .should()
        .haveName("NONE")
        .check(PRODUCT);
  }

  private static DescribedPredicate<JavaClass> allowed(String room, List<String> imports) {
    List<String> packages = new ArrayList<>(List.of(ROOT + room));
    imports.forEach(imported -> packages.add(ROOT + imported));
    String own = ROOT + room.split("\\.")[0] + "..";
    DescribedPredicate<JavaClass> ours =
        resideInAnyPackage(imports.contains("*") ? own : "dev.artserver..");
    return DescribedPredicate.or(
        DescribedPredicate.not(ours), resideInAnyPackage(packages.toArray(String[]::new)));
  }

  /// The packages a row is about, without the root.
  private static Stream<String> packages(String row) {
    TreeSet<String> found = new TreeSet<>();
    for (JavaClass type : PRODUCT) {
      if (type.getPackageName().startsWith(ROOT)) {
        String room = type.getPackageName().substring(ROOT.length());
        boolean adapter =
            row.endsWith(".*")
                && room.startsWith(row.substring(0, row.length() - 1))
                && !ROOMS.containsKey(room);
        if (room.equals(row) || adapter) {
          found.add(room);
        }
      }
    }
    return found.stream();
  }
}
