<%@ page contentType="text/plain; charset=UTF-8" session="true" trimDirectiveWhitespaces="true" %>
<%
    // Each visit writes the attribute anew: that is what tells the cluster to copy it.
    Integer seen = (Integer) session.getAttribute("counter");
    int counter = seen == null ? 1 : seen + 1;
    session.setAttribute("counter", counter);
    response.setHeader("Cache-Control", "no-store");
%>session: <%= session.getId() %>
counter: <%= counter %>
route: <%= System.getProperty("lab.route") %>
host: <%= java.net.InetAddress.getLocalHost().getHostName() %>
