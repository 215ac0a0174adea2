<?xml version="1.0" encoding="UTF-8"?>
<eop:Mask xmlns:eop="http://www.opengis.net/eop/2.0" xmlns:gml="http://www.opengis.net/gml/3.2">
  <gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG:8.7:32756"><gml:lowerCorner>399960 8695300</gml:lowerCorner></gml:Envelope></gml:boundedBy>
  <eop:maskMembers>
    <eop:MaskFeature><eop:maskType codeSpace="urn:gs2:S2PDGS:maskType">OPAQUE</eop:maskType><eop:extentOf><gml:Polygon>
      <gml:exterior><gml:LinearRing><gml:posList srsDimension="2">399960 8700040 402480 8700040 402480 8699800 402420 8699800 399960 8700040</gml:posList></gml:LinearRing></gml:exterior>
      <gml:interior><gml:LinearRing><gml:posList srsDimension="2">400960 8700000 401480 8700000 401480 8699900 400960 8700000</gml:posList></gml:LinearRing></gml:interior>
    </gml:Polygon></eop:extentOf></eop:MaskFeature>
    <eop:MaskFeature><eop:maskType>CIRRUS</eop:maskType><eop:extentOf><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>399000 8701000 409000 8690000 399000 8690000</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></eop:extentOf></eop:MaskFeature>
  </eop:maskMembers>
</eop:Mask>
