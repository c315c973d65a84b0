package dev.artserver.bench.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class PlotTest {
  @Test
  void each_contender_has_a_curve_and_each_positive_point_a_dot() throws Exception {
    Plot plot =
        new Plot(
            "chat & <more>",
            "at once",
            Map.of(
                "art", List.of(new Plot.Point(1, 900), new Plot.Point(100, 2_600)),
                "least", List.of(new Plot.Point(1, 700), new Plot.Point(100, 0))));

    Document svg = parsed(plot.svg());

    assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
    assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(3);
    assertThat(svg.getElementsByTagName("text").item(0).getTextContent())
        .isEqualTo("chat & <more>");
  }

  @Test
  void without_a_point_there_is_only_the_title() throws Exception {
    Document svg = parsed(new Plot("idle", "threads", Map.of()).svg());

    assertThat(svg.getElementsByTagName("line").getLength()).isZero();
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }
}
